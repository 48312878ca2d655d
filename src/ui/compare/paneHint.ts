/** The hint of a failure among panes, where keys do what commands do in the chat. */
export function paneHint(hint: string): string {
  return /\/(?:retry|model)(?![\w/-])/.test(hint) ? 'r asks again · m takes another model' : hint;
}
