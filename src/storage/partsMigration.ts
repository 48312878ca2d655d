/**
 * An index of every three letters that follow one another, for parts of words and for scripts without blanks. It keeps
 * only which messages have them (`detail=none`): with their places it is four times as large (for 57 MB of text 170 MB
 * instead of 40) and takes twice as long to write. The two blanks at the end let the last letters begin a trigram too.
 * The vocabularies read the words of the indexes; they keep nothing themselves.
 */
export const partsMigration = `
CREATE VIEW message_parts_source AS SELECT seq, text || '  ' AS text FROM messages;
CREATE VIEW title_parts_source AS SELECT seq, title || '  ' AS title FROM conversations;
CREATE VIRTUAL TABLE message_parts USING fts5 (
  text, content = 'message_parts_source', content_rowid = 'seq',
  tokenize = 'trigram remove_diacritics 1', detail = none, columnsize = 0
);
CREATE VIRTUAL TABLE title_parts USING fts5 (
  title, content = 'title_parts_source', content_rowid = 'seq',
  tokenize = 'trigram remove_diacritics 1', detail = none, columnsize = 0
);
INSERT INTO message_parts (message_parts) VALUES ('rebuild');
INSERT INTO title_parts (title_parts) VALUES ('rebuild');
CREATE VIRTUAL TABLE message_vocabulary USING fts5vocab (message_words, row);
CREATE VIRTUAL TABLE title_vocabulary USING fts5vocab (title_words, row);
CREATE VIRTUAL TABLE message_parts_vocabulary USING fts5vocab (message_parts, row);
CREATE VIRTUAL TABLE title_parts_vocabulary USING fts5vocab (title_parts, row);

-- For filters of a search: which part of the messages is of a time, and which models there are.
CREATE INDEX messages_created ON messages (created);
CREATE INDEX messages_model ON messages (model) WHERE model IS NOT NULL;

CREATE TRIGGER message_parts_insert AFTER INSERT ON messages BEGIN
  INSERT INTO message_parts (rowid, text) VALUES (new.seq, new.text || '  ');
END;
CREATE TRIGGER message_parts_update AFTER UPDATE OF text ON messages WHEN old.text IS NOT new.text BEGIN
  INSERT INTO message_parts (message_parts, rowid, text) VALUES ('delete', old.seq, old.text || '  ');
  INSERT INTO message_parts (rowid, text) VALUES (new.seq, new.text || '  ');
END;
CREATE TRIGGER message_parts_delete AFTER DELETE ON messages BEGIN
  INSERT INTO message_parts (message_parts, rowid, text) VALUES ('delete', old.seq, old.text || '  ');
END;
CREATE TRIGGER title_parts_insert AFTER INSERT ON conversations BEGIN
  INSERT INTO title_parts (rowid, title) VALUES (new.seq, new.title || '  ');
END;
CREATE TRIGGER title_parts_update AFTER UPDATE OF title ON conversations WHEN old.title IS NOT new.title BEGIN
  INSERT INTO title_parts (title_parts, rowid, title) VALUES ('delete', old.seq, old.title || '  ');
  INSERT INTO title_parts (rowid, title) VALUES (new.seq, new.title || '  ');
END;
CREATE TRIGGER title_parts_delete AFTER DELETE ON conversations BEGIN
  INSERT INTO title_parts (title_parts, rowid, title) VALUES ('delete', old.seq, old.title || '  ');
END;
`;
