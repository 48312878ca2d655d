import type {JudgedAnswer, Verdict, Vote} from '../core/compare/vote.ts';
import type {Database} from './openDatabase.ts';

type Row = {
  id: string;
  conversation_id: string;
  prompt_id: string;
  created: number;
  answers: string;
  verdict: string;
  blind: number;
};

/** Keeps a judgement; one with the same id is replaced. Its conversation must be stored. Throws `LlmError` (`storage`). */
export function saveVote(database: Database, vote: Vote): void {
  database.run(
    `INSERT INTO votes (id, conversation_id, prompt_id, created, answers, verdict, blind) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET created = excluded.created, answers = excluded.answers,
       verdict = excluded.verdict, blind = excluded.blind`,
    vote.id,
    vote.conversationId,
    vote.promptId,
    vote.created,
    JSON.stringify(vote.answers),
    JSON.stringify(vote.verdict),
    vote.blind ? 1 : 0,
  );
}

/** Every judgement that was kept, the oldest first. */
export function readVotes(database: Database): Vote[] {
  return database.all<Row>('SELECT * FROM votes ORDER BY created, id').map(row => ({
    id: row.id,
    conversationId: row.conversation_id,
    promptId: row.prompt_id,
    created: row.created,
    answers: JSON.parse(row.answers) as JudgedAnswer[],
    verdict: JSON.parse(row.verdict) as Verdict,
    blind: row.blind === 1,
  }));
}
