import {Box, Text} from 'ink';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Menu, visibleItems} from './composer/menu.ts';
import type {Styles} from './styles.ts';

/** The rows that a menu takes when it may show `height` items. */
export function menuRows(menu: Menu, height: number): number {
  const hidden = menu.items.length > height ? 1 : 0;
  return Math.max(1, Math.min(menu.items.length, height)) + (menu.title ? 1 : 0) + hidden;
}

/** The list under the composer: completions or choices. */
export function MenuView({menu, height, styles}: {menu: Menu; height: number; styles: Styles}) {
  const {items, first} = visibleItems(menu, height);
  const width = Math.min(40, Math.max(0, ...items.map(item => item.label.length)));
  return (
    <Box flexDirection="column">
      {menu.title && <Text wrap="truncate">{styles.heading(`  ${menu.title}`)}</Text>}
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
      {menu.items.length > height && (
        <Text wrap="truncate">{styles.dim(`  ${menu.selected + 1} of ${menu.items.length}`)}</Text>
      )}
    </Box>
  );
}
