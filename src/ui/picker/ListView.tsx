import {Text} from 'ink';

/** Lines of a list, painted already and no wider than the screen: the one way in which lists are drawn. */
export function ListView({lines}: {lines: readonly string[]}) {
  return lines.map((line, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is what it is by its place
    <Text key={row} wrap="truncate">
      {line === '' ? ' ' : line}
    </Text>
  ));
}
