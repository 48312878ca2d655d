declare const LLM_VERSION: string | undefined;

/** This program's version; the bundler puts it in. */
export const version: string = typeof LLM_VERSION === 'string' ? LLM_VERSION : '0.0.0-source';
