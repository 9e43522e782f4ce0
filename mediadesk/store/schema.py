"""The numbered migrations of the database; a released one is never changed again."""

_M001 = (
    # A folder that a person added. `problem` says why it is not there now; `warnings` is a JSON
    # list of sentences on what could not be read inside it; `files` were there when last scanned.
    """CREATE TABLE root(
        path TEXT PRIMARY KEY, added_at REAL NOT NULL, scanned_at REAL, problem TEXT,
        warnings TEXT NOT NULL DEFAULT '[]', files INTEGER NOT NULL DEFAULT 0) STRICT""",
    # A file's content; its id never depends on where it lies.
    """CREATE TABLE item(
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, duration REAL NOT NULL,
        year INTEGER, artist TEXT NOT NULL, album TEXT NOT NULL, genres TEXT NOT NULL,
        description TEXT NOT NULL, facts TEXT NOT NULL, added_at REAL NOT NULL) STRICT""",
    "CREATE INDEX item_by_title ON item(title COLLATE NOCASE, id)",
    "CREATE INDEX item_by_kind ON item(kind, title COLLATE NOCASE, id)",
    "CREATE INDEX item_by_age ON item(added_at DESC, id)",
    # A place where a file is or was. `item` is NULL until the content has been read;
    # `missing` means that the file was not there when its root was last looked at. `previous` is
    # the item that was here before the file changed, until its history has found its place.
    """CREATE TABLE location(
        path TEXT PRIMARY KEY, root TEXT NOT NULL REFERENCES root(path) ON DELETE CASCADE,
        item TEXT REFERENCES item(id), size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        seen_at REAL NOT NULL, missing INTEGER NOT NULL DEFAULT 0, sidecars TEXT NOT NULL,
        problem TEXT, previous TEXT REFERENCES item(id)) STRICT""",
    # Few and partial indexes: each one more makes a first scan a tenth slower.
    "CREATE INDEX location_by_item ON location(item) WHERE item IS NOT NULL",
    "CREATE INDEX location_missing ON location(item) WHERE missing = 1",
    "CREATE INDEX location_unread ON location(missing) WHERE item IS NULL AND problem IS NULL",
    "CREATE INDEX location_replaced ON location(path) WHERE previous IS NOT NULL",
    # The picture an item is shown with.
    """CREATE TABLE artwork(
        item TEXT PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE, jpeg BLOB NOT NULL,
        source TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    # One item × one extractor. States: pending, running, suspect, done, skipped, failed,
    # and parked: done, of an item that lies in no folder of the library any more.
    """CREATE TABLE job(
        item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE, extractor TEXT NOT NULL,
        version INTEGER NOT NULL, model TEXT NOT NULL, state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, problem TEXT, took REAL, updated_at REAL NOT NULL,
        PRIMARY KEY(item, extractor)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX job_by_state ON job(state, updated_at, item)",
    "CREATE INDEX job_by_extractor ON job(extractor, state)",
    # What an extractor learnt. `seq` grows with every write: the index follows it.
    """CREATE TABLE feature(
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE, extractor TEXT NOT NULL,
        version INTEGER NOT NULL, model TEXT NOT NULL, summary BLOB, tags TEXT NOT NULL,
        data TEXT NOT NULL, at REAL NOT NULL, UNIQUE(item, extractor)) STRICT""",
    "CREATE INDEX feature_by_extractor ON feature(extractor, seq)",
    """CREATE TABLE moment(
        item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE, extractor TEXT NOT NULL,
        n INTEGER NOT NULL, t0 REAL NOT NULL, t1 REAL NOT NULL, vector BLOB,
        text TEXT NOT NULL, image BLOB, PRIMARY KEY(item, extractor, n)) STRICT, WITHOUT ROWID""",
    # Every edit of a person, in order, as sync will need it, and what it adds up to.
    """CREATE TABLE op(
        device TEXT NOT NULL, seq INTEGER NOT NULL, hlc INTEGER NOT NULL, kind TEXT NOT NULL,
        item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, prev TEXT,
        PRIMARY KEY(device, seq)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX op_by_hlc ON op(hlc)",
    """CREATE TABLE event(
        id TEXT PRIMARY KEY, hlc INTEGER NOT NULL, profile TEXT NOT NULL, item TEXT NOT NULL,
        kind TEXT NOT NULL, at REAL NOT NULL, value REAL NOT NULL, context TEXT NOT NULL) STRICT""",
    "CREATE INDEX event_by_profile ON event(profile, at)",
    "CREATE INDEX event_by_item ON event(item, profile)",
    # The content `old` was replaced by `new`: history follows.
    "CREATE TABLE alias(old TEXT PRIMARY KEY, new TEXT NOT NULL, hlc INTEGER NOT NULL) STRICT",
    "CREATE TABLE profile(id TEXT PRIMARY KEY, name TEXT NOT NULL, added_at REAL NOT NULL) STRICT",
    "CREATE TABLE device(id TEXT PRIMARY KEY, name TEXT NOT NULL, mine INTEGER NOT NULL) STRICT",
)


_M002 = (
    # What a person decided about a plugin, and why it is quarantined if it is. `budget` is when it
    # may work: always, idle, mains, idle-and-mains.
    """CREATE TABLE plugin(
        name TEXT PRIMARY KEY, settings TEXT NOT NULL DEFAULT '{}', quarantine TEXT,
        budget TEXT NOT NULL DEFAULT 'always') STRICT""",
    # What a plugin did wrong; `kind` says how it came to light.
    """CREATE TABLE plugin_fault(
        id INTEGER PRIMARY KEY, plugin TEXT NOT NULL, version TEXT NOT NULL, at REAL NOT NULL,
        part TEXT NOT NULL, item TEXT, kind TEXT NOT NULL, sentence TEXT NOT NULL) STRICT""",
    "CREATE INDEX plugin_fault_by_plugin ON plugin_fault(plugin, at)",
    # What a part has cost so far: seconds of wall and CPU time, peak memory in bytes.
    """CREATE TABLE plugin_usage(
        plugin TEXT NOT NULL, part TEXT NOT NULL, calls INTEGER NOT NULL, seconds REAL NOT NULL,
        cpu_seconds REAL NOT NULL, peak_memory INTEGER NOT NULL,
        PRIMARY KEY(plugin, part)) STRICT, WITHOUT ROWID""",
    # How far a listener has heard: the last rowid of `event`.
    """CREATE TABLE listener(
        plugin TEXT NOT NULL, name TEXT NOT NULL, heard INTEGER NOT NULL,
        PRIMARY KEY(plugin, name)) STRICT, WITHOUT ROWID""",
    # Every connection to elsewhere, for whom, and what came of it.
    """CREATE TABLE connection(
        id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, host TEXT NOT NULL,
        bytes INTEGER NOT NULL, problem TEXT) STRICT""",
)


_M003 = (
    # What a plugin was last seen to do to items, for times when it is off; `kinds` is JSON.
    """CREATE TABLE task(
        name TEXT PRIMARY KEY, plugin TEXT NOT NULL, version INTEGER NOT NULL, model TEXT NOT NULL,
        kinds TEXT NOT NULL) STRICT""",
    # Why a job came to be, as it is read; and one state more: left, by a plugin that is off.
    "ALTER TABLE job ADD COLUMN why TEXT NOT NULL DEFAULT 'new files'",
    "DROP INDEX job_by_extractor",
    "CREATE INDEX job_by_extractor ON job(extractor, state, why)",
    # Who looks for work of one extractor passes by what waits for others.
    "DROP INDEX job_by_state",
    "CREATE INDEX job_by_state ON job(state, extractor, updated_at, item)",
    # How often a plugin did the same wrong, so that repeating it hides nothing else.
    "ALTER TABLE plugin_fault ADD COLUMN times INTEGER NOT NULL DEFAULT 1",
)


_M004 = (
    # All that a search looks at, in the order of its results: the wide rows are left alone.
    "DROP INDEX item_by_title",
    """CREATE INDEX item_searched ON item(title COLLATE NOCASE, id, kind, year, duration, added_at,
        artist, album, genres)""",
    "CREATE INDEX feature_tagged ON feature(item, tags) WHERE tags <> '{}'",
)


_M005 = (
    # Where an item belongs, and what lists are sorted by; `chapters` are JSON, [[second, title]…].
    "ALTER TABLE item ADD COLUMN series TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE item ADD COLUMN season INTEGER",
    "ALTER TABLE item ADD COLUMN episode INTEGER",
    "ALTER TABLE item ADD COLUMN album_artist TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE item ADD COLUMN disc INTEGER",
    "ALTER TABLE item ADD COLUMN track INTEGER",
    "ALTER TABLE item ADD COLUMN size INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN height INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE item ADD COLUMN chapters TEXT NOT NULL DEFAULT '[]'",
    # The hash of the whole file, where a person asked for it, and when that file was written to.
    "ALTER TABLE item ADD COLUMN whole TEXT",
    "ALTER TABLE item ADD COLUMN whole_at REAL",
    # What each source says of an item: JSON of field → value. The columns of `item` hold what
    # stands: a person's word (in `register`), else that of the strongest source.
    """CREATE TABLE told(
        item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE, source TEXT NOT NULL,
        fields TEXT NOT NULL, PRIMARY KEY(item, source)) STRICT, WITHOUT ROWID""",
    """INSERT INTO told(item, source, fields) SELECT id, 'earlier', json_patch('{}', json_object(
        'title', title, 'year', year, 'artist', nullif(artist, ''), 'album', nullif(album, ''),
        'genres', json(nullif(genres, '[]')), 'description', nullif(description, ''),
        'kind', kind)) FROM item""",
    # `content` is what was read there, `item` what that counts as: another item since a merge.
    # `beside` is a check sum of the NFO files and pictures that belong to it; `reread` is set where
    # the file is to be opened again, though it is the same.
    "ALTER TABLE location ADD COLUMN content TEXT",
    "ALTER TABLE location ADD COLUMN beside INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE location ADD COLUMN reread INTEGER NOT NULL DEFAULT 0",
    "UPDATE location SET content = item, reread = item IS NOT NULL",
    """UPDATE item SET size = coalesce(
        (SELECT max(location.size) FROM location WHERE location.item = item.id), 0)""",
    """UPDATE location SET item = (
        WITH RECURSIVE later(id, depth) AS (SELECT location.item, 0 UNION
            SELECT alias.new, depth + 1 FROM later JOIN alias ON alias.old = later.id
            WHERE depth < 10000)
        SELECT id FROM later JOIN item USING(id) ORDER BY depth DESC LIMIT 1)
        WHERE item IN (SELECT old FROM alias)""",
    "DROP INDEX location_unread",
    """CREATE INDEX location_unread ON location(missing)
        WHERE (item IS NULL AND problem IS NULL) OR reread = 1""",
    # The name of the drive a root lies on, and a JSON list of patterns to leave out.
    "ALTER TABLE root ADD COLUMN drive TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE root ADD COLUMN excludes TEXT NOT NULL DEFAULT '[]'",
    # Until a drive is seen again it goes by the last part of its folder's path.
    """UPDATE root SET drive = replace(path, rtrim(path, replace(path, '/', '')), '')
        WHERE path LIKE '/_%'""",
    # When a folder below a root was last changed as it was last looked at, and a check sum of its
    # NFO files and pictures: where both stay, no file in it has come or gone.
    """CREATE TABLE folder(
        path TEXT PRIMARY KEY, root TEXT NOT NULL REFERENCES root(path) ON DELETE CASCADE,
        mtime_ns INTEGER NOT NULL, beside INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    # From now on 2 means that a file is in a cloud and not on this disk.
    "DROP INDEX location_missing",
    "CREATE INDEX location_missing ON location(item) WHERE missing > 0",
    "CREATE INDEX location_by_content ON location(content) WHERE content IS NOT NULL",
    "CREATE INDEX location_clouded ON location(root) WHERE missing = 2",
    "CREATE INDEX location_troubled ON location(root, missing) WHERE problem IS NOT NULL",
    # An edit is one person's or, with an empty profile, everybody's, and part of one `change`.
    "ALTER TABLE op ADD COLUMN profile TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE op ADD COLUMN change TEXT",
    "CREATE INDEX op_by_item ON op(item, kind)",
    "CREATE INDEX op_by_change ON op(change) WHERE change IS NOT NULL",
    # What was last said of each field of each thing (an item, or “collection/ID”) as JSON: the
    # greatest (hlc, device) of its operations. Made anew from `op` at any time.
    """CREATE TABLE register(
        profile TEXT NOT NULL, item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
        hlc INTEGER NOT NULL, device TEXT NOT NULL, PRIMARY KEY(item, profile, field)) STRICT,
        WITHOUT ROWID""",
    "CREATE INDEX register_by_field ON register(field, profile, item, value)",
    "CREATE INDEX alias_by_new ON alias(new)",
    "CREATE INDEX op_replacing ON op(value) WHERE kind = 'alias'",
    # An act of a person that can be taken back; `undo` is JSON of what no operation holds.
    """CREATE TABLE change(
        id TEXT PRIMARY KEY, at REAL NOT NULL, says TEXT NOT NULL, items INTEGER NOT NULL,
        undo TEXT NOT NULL DEFAULT '{}', undone INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX change_by_time ON change(at)",
    # Which items have changed, in order: by it the lists in memory are brought up to date. They
    # are what is searched now, so that an index of all that is searched is of no use any more.
    "DROP INDEX item_searched",
    "CREATE TABLE touched(seq INTEGER PRIMARY KEY AUTOINCREMENT, item INTEGER NOT NULL) STRICT",
    """CREATE TRIGGER item_made AFTER INSERT ON item
        BEGIN INSERT INTO touched(item) VALUES(new.rowid);
            DELETE FROM touched WHERE seq <= last_insert_rowid() - 100000; END""",
    """CREATE TRIGGER item_changed AFTER UPDATE ON item
        BEGIN INSERT INTO touched(item) VALUES(new.rowid);
            DELETE FROM touched WHERE seq <= last_insert_rowid() - 100000; END""",
    """CREATE TRIGGER item_gone AFTER DELETE ON item
        BEGIN INSERT INTO touched(item) VALUES(old.rowid); END""",
    # By these the next episode and the next track are found.
    "CREATE INDEX item_of_series ON item(series COLLATE NOCASE) WHERE series <> ''",
    "CREATE INDEX item_of_album ON item(album COLLATE NOCASE) WHERE album <> ''",
    # The number in `touched` up to which every item has a job of the task; NULL: perhaps none has.
    "ALTER TABLE task ADD COLUMN queued INTEGER",
    # Places in folders that were taken out of the library, as `location` had them.
    """CREATE TABLE removed(
        path TEXT PRIMARY KEY, item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, seen_at REAL NOT NULL,
        sidecars TEXT NOT NULL, content TEXT, beside INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER location_made AFTER INSERT ON location WHEN new.item IS NOT NULL
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = new.item; END""",
    """CREATE TRIGGER location_changed AFTER UPDATE OF path, root, item, missing, problem
            ON location
        WHEN old.item IS NOT new.item OR (new.item IS NOT NULL AND (old.missing <> new.missing
            OR old.path <> new.path OR old.root <> new.root
            OR (old.problem IS NULL) <> (new.problem IS NULL)))
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item
            WHERE id IN (old.item, new.item); END""",
    """CREATE TRIGGER location_gone AFTER DELETE ON location WHEN old.item IS NOT NULL
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = old.item; END""",
    """CREATE TRIGGER feature_made AFTER INSERT ON feature WHEN new.tags <> '{}'
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = new.item; END""",
    """CREATE TRIGGER feature_changed AFTER UPDATE OF tags ON feature WHEN old.tags <> new.tags
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = new.item; END""",
    """CREATE TRIGGER feature_gone AFTER DELETE ON feature WHEN old.tags <> '{}'
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = old.item; END""",
    """CREATE TRIGGER register_made AFTER INSERT ON register WHEN new.field GLOB 'tag/*'
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = new.item; END""",
    """CREATE TRIGGER register_changed AFTER UPDATE OF value ON register
        WHEN new.field GLOB 'tag/*' AND old.value <> new.value
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = new.item; END""",
    """CREATE TRIGGER register_gone AFTER DELETE ON register WHEN old.field GLOB 'tag/*'
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = old.item; END""",
    # What each profile was left to play on this device, as JSON.
    "CREATE TABLE queue(profile TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT",
    # The file that says so, or beside which it lies: of several copies one may.
    "ALTER TABLE told ADD COLUMN path TEXT",
    "ALTER TABLE artwork ADD COLUMN path TEXT",
    # The content that was replaced at a place; `previous` is the item that it counted as then.
    "ALTER TABLE location ADD COLUMN replaced TEXT",
    # What was left out of folders that were taken out of the library, as in `root`.
    "CREATE TABLE removed_root(path TEXT PRIMARY KEY, excludes TEXT NOT NULL) STRICT",
    # How many jobs there are of the items that lie somewhere now, without those that are parked:
    # to count them each time would go through all.
    "DROP INDEX job_by_extractor",
    """CREATE TABLE job_count(
        extractor TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, jobs INTEGER NOT NULL,
        PRIMARY KEY(extractor, state, why)) STRICT, WITHOUT ROWID""",
    """INSERT INTO job_count SELECT extractor, state, why, count(*) FROM job
        WHERE state <> 'parked'
        AND EXISTS(SELECT 1 FROM location WHERE item = job.item AND missing = 0)
        GROUP BY extractor, state, why""",
    """CREATE TRIGGER job_made AFTER INSERT ON job
        WHEN new.state <> 'parked'
        AND EXISTS(SELECT 1 FROM location WHERE item = new.item AND missing = 0)
        BEGIN INSERT INTO job_count VALUES(new.extractor, new.state, new.why, 1)
            ON CONFLICT DO UPDATE SET jobs = jobs + 1; END""",
    """CREATE TRIGGER job_changed AFTER UPDATE OF state, why ON job
        WHEN (old.state <> new.state OR old.why <> new.why)
        AND EXISTS(SELECT 1 FROM location WHERE item = new.item AND missing = 0)
        BEGIN UPDATE job_count SET jobs = jobs - 1 WHERE old.state <> 'parked'
                AND extractor = old.extractor AND state = old.state AND why = old.why;
            INSERT INTO job_count SELECT new.extractor, new.state, new.why, 1
                WHERE new.state <> 'parked' ON CONFLICT DO UPDATE SET jobs = jobs + 1; END""",
    """CREATE TRIGGER job_gone AFTER DELETE ON job
        WHEN old.state <> 'parked'
        AND EXISTS(SELECT 1 FROM location WHERE item = old.item AND missing = 0)
        BEGIN UPDATE job_count SET jobs = jobs - 1
            WHERE extractor = old.extractor AND state = old.state AND why = old.why; END""",
    # An item comes with its first place that is there, and goes with its last.
    *(
        f"""CREATE TRIGGER item_here_{name} AFTER {event} ON location
        WHEN new.item IS NOT NULL AND new.missing = 0 {news}
        AND NOT EXISTS(SELECT 1 FROM location
            WHERE item = new.item AND missing = 0 AND path <> new.path)
        BEGIN INSERT INTO job_count SELECT extractor, state, why, 1 FROM job
            WHERE item = new.item AND state <> 'parked'
            ON CONFLICT DO UPDATE SET jobs = jobs + 1; END"""
        for name, event, news in (
            ("made", "INSERT", ""),
            (
                "changed",
                "UPDATE OF item, missing",
                "AND (old.item IS NOT new.item OR old.missing <> 0)",
            ),
        )
    ),
    *(
        f"""CREATE TRIGGER item_away_{name} AFTER {event} ON location
        WHEN old.item IS NOT NULL AND old.missing = 0 {news}
        AND NOT EXISTS(SELECT 1 FROM location WHERE item = old.item AND missing = 0)
        BEGIN UPDATE job_count SET jobs = jobs - 1 WHERE (extractor, state, why) IN
            (SELECT extractor, state, why FROM job
                WHERE item = old.item AND state <> 'parked'); END"""
        for name, event, news in (
            (
                "changed",
                "UPDATE OF item, missing",
                "AND (old.item IS NOT new.item OR new.missing <> 0)",
            ),
            ("gone", "DELETE", ""),
        )
    ),
)

_M006 = (
    # What of the file could not be read, where the rest could.
    "ALTER TABLE feature ADD COLUMN problem TEXT",
    "CREATE INDEX feature_partial ON feature(item, extractor) WHERE problem IS NOT NULL",
    # What makes it a key moment.
    "ALTER TABLE moment ADD COLUMN why TEXT NOT NULL DEFAULT ''",
    # Up to which feature the items have what people's tags teach, and which tags those were.
    """CREATE TABLE learning(
        id INTEGER PRIMARY KEY CHECK(id = 1), stamp TEXT NOT NULL, upto INTEGER NOT NULL) STRICT""",
    # The graph's edges from items to persons, places and the like, in the order in which a role is
    # billed: `told` in rows, made anew from it at any time. `source` is that of `told`.
    """CREATE TABLE edge(
        item TEXT NOT NULL REFERENCES item(id) ON DELETE CASCADE, role TEXT NOT NULL,
        n INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY(item, role, n)) STRICT, WITHOUT ROWID""",
    # By these what was made by the same is found.
    """CREATE INDEX edge_by_node ON edge(kind, name COLLATE NOCASE)
        WHERE kind IN ('person', 'set') AND n < 5""",
    # The extractor “audio” hears voices itself.
    "DELETE FROM feature WHERE extractor = 'voice'",
    "DELETE FROM job WHERE extractor = 'voice'",
    "DELETE FROM task WHERE name = 'voice'",
    # Credits, sets and lyrics are told by the files as well now.
    "UPDATE location SET reread = 1 WHERE item IS NOT NULL",
    # What is said in another language than the item's own.
    "ALTER TABLE moment ADD COLUMN language TEXT NOT NULL DEFAULT ''",
)

_M007 = (
    # Who is in a group, as a JSON list of profiles; what a profile may see, as JSON, NULL for all.
    "ALTER TABLE profile ADD COLUMN members TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE profile ADD COLUMN limits TEXT",
    # What an NFO file says of an item may say for which age it is: who has limits follows it.
    *(
        f"""CREATE TRIGGER told_beside_{name} AFTER {event} ON told WHEN {row}.source = 'sidecar'
        BEGIN INSERT INTO touched(item) SELECT rowid FROM item WHERE id = {row}.item; END"""
        for name, event, row in (
            ("made", "INSERT", "new"),
            ("changed", "UPDATE OF fields", "new"),
            ("gone", "DELETE", "old"),
        )
    ),
    # NFO files tell the age, and what the public thinks, now.
    "UPDATE location SET reread = 1 WHERE item IS NOT NULL AND beside <> 0",
)

_M008 = (
    # The device on which an act was done; empty where that is this one.
    "ALTER TABLE change ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    # When another device made its last edit; and the folder of the library that writes under this
    # name. `mine` is 2 for a name under which this library wrote before it was copied or restored.
    "ALTER TABLE device ADD COLUMN heard_at REAL",
    "ALTER TABLE device ADD COLUMN home TEXT",
    # A file of the shared folder when it was last read or written: how many operations are in it,
    # and why it was not taken over if it was not.
    """CREATE TABLE bundle(
        file TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        edits INTEGER NOT NULL, problem TEXT) STRICT, WITHOUT ROWID""",
    # The UUID of the drive that a root was found on; empty where none is known.
    "ALTER TABLE root ADD COLUMN drive_id TEXT NOT NULL DEFAULT ''",
)

_M009 = (
    # A place comes without an item, or as missing and then `touch` tells of it: triggers on
    # what comes took a seventh of a first scan.
    "DROP TRIGGER location_made",
    "DROP TRIGGER item_here_made",
    # What is in a cloud is found by this, too.
    "DROP INDEX location_clouded",
    "DROP INDEX location_missing",
    "CREATE INDEX location_missing ON location(missing, root, item) WHERE missing > 0",
    # Attempts to connect are told in a file of their own, which guests may add to.
    "DROP TABLE connection",
    # The tombstones of erased profiles.
    "CREATE INDEX op_erasing ON op(item) WHERE kind = 'erase'",
    # Tags tell stars, and text in other encodings, now.
    "UPDATE location SET reread = 1 WHERE item IS NOT NULL",
)

_M010 = (
    # Of a place 3 means from now on that the file is on another device, which its root names.
    # A file of the shared folder as it was last read or written: of which device's log it holds the
    # operations that follow one up to the last, and why it was not taken over if it was not.
    "DROP TABLE bundle",
    """CREATE TABLE bundle(
        file TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        device TEXT NOT NULL, follows INTEGER NOT NULL, last INTEGER NOT NULL, problem TEXT)
        STRICT, WITHOUT ROWID""",
    # A pack of the shared folder as it was when it was last read or written; of another device it
    # is `taken` once all in it is known, and `problem` says what of it could not be used.
    """CREATE TABLE pack(
        file TEXT PRIMARY KEY, device TEXT NOT NULL, number INTEGER NOT NULL,
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0,
        problem TEXT) STRICT,
        WITHOUT ROWID""",
    # In which pack a device said last what it knows of an item. `stamp` tells what was said: a
    # check sum; of a feature its number here, where it is the one that is here; empty where it is
    # to be said again. `size` is in bytes.
    """CREATE TABLE packed(
        device TEXT NOT NULL, item TEXT NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
        stamp TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY(item, what, device)) STRICT,
        WITHOUT ROWID""",
    "CREATE INDEX packed_by_number ON packed(device, number)",
    "CREATE INDEX packed_again ON packed(item) WHERE stamp = ''",
    # Up to which number in `feature` and `touched` all is packed, and how the roots were then.
    """CREATE TABLE packing(
        id INTEGER PRIMARY KEY CHECK(id = 1), feature INTEGER NOT NULL, touched INTEGER NOT NULL,
        roots TEXT NOT NULL) STRICT""",
    # A file in which another device laid what it shows its people, as it was when it was last read.
    """CREATE TABLE panel_file(
        device TEXT PRIMARY KEY, name TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    # The panel that it shows a profile: shelves as JSON, made under these limits of the profile and
    # its members, as JSON.
    """CREATE TABLE panel(
        device TEXT NOT NULL REFERENCES panel_file(device) ON DELETE CASCADE,
        profile TEXT NOT NULL, made_at REAL NOT NULL, limits TEXT NOT NULL, says TEXT NOT NULL,
        PRIMARY KEY(device, profile)) STRICT, WITHOUT ROWID""",
    # Pictures of the moments that its reasons rest on.
    """CREATE TABLE panel_picture(
        device TEXT NOT NULL REFERENCES panel_file(device) ON DELETE CASCADE,
        key TEXT NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY(device, key)) STRICT""",
    # The last exchanges that brought something: when, which operations of whom, and the act that
    # took all of that back.
    """CREATE TABLE merge(
        id INTEGER PRIMARY KEY, at REAL NOT NULL, undone_by TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE TABLE merged(
        merge INTEGER NOT NULL REFERENCES merge(id) ON DELETE CASCADE, device TEXT NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY(merge, device)) STRICT, WITHOUT ROWID""",
    # By this the edits of places in a collection are found, of which whoever removes it tells.
    "CREATE INDEX op_placing ON op(field) WHERE kind = 'set' AND field GLOB 'in/*'",
)

_M011 = (
    # By these it is found whether anything speaks of an item still.
    "CREATE INDEX location_replacing ON location(replaced) WHERE replaced IS NOT NULL",
    "CREATE INDEX removed_by_item ON removed(item)",
)

_M012 = (
    # Each sync asks how much counts in each pack: the index alone tells it.
    "DROP INDEX packed_by_number",
    "CREATE INDEX packed_by_number ON packed(device, number, size)",
)

SCHEMA = {
    "m001_foundation": _M001,
    "m002_plugins": _M002,
    "m003_reasons_and_repeats": _M003,
    "m004_search": _M004,
    "m005_organise": _M005,
    "m006_understanding": _M006,
    "m007_household": _M007,
    "m008_sync": _M008,
    "m009_privacy": _M009,
    "m010_devices": _M010,
    "m011_forgetting": _M011,
    "m012_sizes_of_packs": _M012,
}
"""Migration → its statements, in order."""
