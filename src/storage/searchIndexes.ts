/** The indexes over one kind of text, and how a row of them leads to what is searched for. */
export type SearchIndex = {
  readonly kind: 'message' | 'title';
  /** The index of words, of trigrams, and the vocabulary of the latter. */
  readonly words: string;
  readonly parts: string;
  readonly partsVocabulary: string;
  /** The row of an index's row `f`, and its conversation and time. */
  readonly join: string;
  readonly columns: string;
};

export const messageIndex: SearchIndex = {
  kind: 'message',
  words: 'message_words',
  parts: 'message_parts',
  partsVocabulary: 'message_parts_vocabulary',
  join: 'CROSS JOIN messages m ON m.seq = f.rowid',
  columns: 'm.conversation_id AS conversation, m.created AS time',
};

export const titleIndex: SearchIndex = {
  kind: 'title',
  words: 'title_words',
  parts: 'title_parts',
  partsVocabulary: 'title_parts_vocabulary',
  join: 'CROSS JOIN conversations c ON c.seq = f.rowid',
  columns: 'c.id AS conversation, c.updated AS time',
};
