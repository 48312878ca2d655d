import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Menu, type MenuItem, visibleItems} from './composer/menu.ts';
import type {Styles} from './styles.ts';

/** About how many columns the rows of the list take. */
export function menuWidths(menu: Menu, height: number): number[] {
  const {items} = visibleItems(menu, height);
  const width = labelWidth(items);
  const rows = items.map(item => stringWidth(`  ${item.label.padEnd(width)}  ${item.detail}`));
  return menu.title || menu.items.length > height ? [...rows, 20] : rows;
}

function labelWidth(items: readonly MenuItem[]): number {
  return Math.min(40, Math.max(0, ...items.map(item => item.label.length)));
}

/** The list under the composer: completions or choices. */
export function MenuView({menu, height, styles}: {menu: Menu; height: number; styles: Styles}) {
  const {items, first} = visibleItems(menu, height);
  const count = menu.items.length > height ? `${menu.selected + 1} of ${menu.items.length}` : '';
  const width = labelWidth(items);
  return (
    <Box flexDirection="column">
      {menu.title && (
        <Text wrap="truncate">
          {styles.heading(`  ${menu.title}`)} {styles.dim(count)}
        </Text>
      )}
      {items.length === 0 && <Text wrap="truncate">{styles.dim('  nothing fits')}</Text>}
      {items.map((item, index) => {
        const isSelected = first + index === menu.selected;
        const label = neutraliseLine(item.label).padEnd(width);
        const detail = neutraliseLine(item.detail);
        return (
          <Text key={item.line + item.label} wrap="truncate">
            {isSelected ? styles.accent('› ') : '  '}
            {isSelected ? styles.strong(label) : label} {styles.dim(` ${detail}`)}
          </Text>
        );
      })}
      {!menu.title && count !== '' && <Text wrap="truncate">{styles.dim(`  ${count}`)}</Text>}
    </Box>
  );
}
