import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** One answer of the guide, and the ways of asking for it that it was trained on. */
export type Topic = {
  slug: string;
  /** The file that it stands in. */
  file: string;
  questions: string[];
  /** What may be asked after it, and the slug of the topic that answers it. */
  followUps: Arrow[];
  /** In markdown, word for word what the guide is to say. */
  answer: string;
};

/** A question, and the slugs of the topics of which any answers it. */
export type Arrow = {question: string; slugs: string[]};

const guideFolder = new URL('../../models/guide/', import.meta.url);

/** All topics that the guide is trained on. Throws `Error` for one that is not in the form. */
export function readCorpus(): Topic[] {
  const folder = new URL('corpus/', guideFolder);
  return readdirSync(folder)
    .filter(file => file.endsWith('.md'))
    .sort()
    .flatMap(file =>
      readFileSync(new URL(file, folder), 'utf8')
        .split(/^## /m)
        .slice(1)
        .map(part => readTopic(part, file)),
    );
}

/** The held-out conversations, each a list of turns. */
export function readJudged(): Arrow[][] {
  const conversations: Arrow[][] = [];
  for (const line of readFileSync(new URL('evaluation/questions.md', guideFolder), 'utf8').split('\n')) {
    const [, indent, text] = /^(\s*)- (.+)$/.exec(line) ?? [];
    if (text === undefined) continue;
    const turn = readArrow(text, 'questions.md');
    if (indent === '') conversations.push([turn]);
    else conversations.at(-1)?.push(turn);
  }
  return conversations;
}

/** The model that comes with the program. */
export const guideFile = fileURLToPath(new URL('guide.gguf', guideFolder));

function readTopic(part: string, file: string): Topic {
  const [slug = '', ...rest] = part.split('\n');
  const [head = '', answer = ''] = rest.join('\n').split(/^Answer:$/m, 2);
  const [asked = '', after = ''] = head.split(/^After it:$/m, 2);
  const questions = listed(asked);
  if (questions.length === 0 || answer.trim() === '') throw new Error(`${file}: ${slug} is not a topic`);
  return {
    slug: slug.trim(),
    file,
    questions,
    followUps: listed(after).map(line => readArrow(line, `${file}: ${slug}`)),
    answer: answer.trim(),
  };
}

function listed(text: string): string[] {
  return [...text.matchAll(/^- (.+)$/gm)].map(([, line = '']) => line);
}

function readArrow(line: string, where: string): Arrow {
  const at = line.lastIndexOf(' -> ');
  if (at < 0) throw new Error(`${where}: no \`-> topic\` in ${line}`);
  return {
    question: line.slice(0, at).trim(),
    slugs: line
      .slice(at + 4)
      .split('|')
      .map(slug => slug.trim()),
  };
}
