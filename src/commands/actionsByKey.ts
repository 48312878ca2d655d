/** Keys that do something on a screen of its own; where one line of help explains several actions, their keys come in turn. */
type Bound<Action> = {readonly keys: readonly string[]; readonly actions: readonly Action[]};

/** What each key of a table does, by the key's name or the character that it types. */
export function actionsByKey<Action>(table: readonly Bound<Action>[]): ReadonlyMap<string, Action> {
  return new Map(
    table.flatMap(({keys, actions}) =>
      keys.flatMap((key, index) => {
        const action = actions[index % actions.length];
        return action === undefined ? [] : [[key, action] as const];
      }),
    ),
  );
}
