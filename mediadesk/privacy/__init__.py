"""What leaves this machine: a ledger of every attempt, and a gate that lets nothing else out."""

from mediadesk.privacy.connections import SWITCHED_OFF, Connection, Connections

__all__ = ["SWITCHED_OFF", "Connection", "Connections"]
