import {Box, useWindowSize} from 'ink';
import stringWidth from 'string-width';
import {type Menu, visibleItems} from './composer/menu.ts';
import {drawList} from './picker/drawList.ts';
import {ListView} from './picker/ListView.tsx';
import type {Styles} from './styles.ts';

/** How wide the rows of the list are, in columns, where the terminal does not cut them. */
export function menuWidths(menu: Menu, height: number): number[] {
  const {items} = visibleItems(menu, height);
  const label = Math.max(0, ...items.map(item => stringWidth(item.label)));
  const rows = items.map(item => label + stringWidth(item.detail) + '›   '.length);
  return menu.items.length > height ? [...rows, countLine(menu).length] : rows;
}

/** The list under the composer: completions of what is typed. */
export function MenuView({menu, height, styles}: {menu: Menu; height: number; styles: Styles}) {
  const {columns} = useWindowSize();
  return (
    <Box flexDirection="column">
      <ListView lines={drawMenu(menu, height, Math.max(10, columns - 1), styles)} />
    </Box>
  );
}

function drawMenu(menu: Menu, height: number, columns: number, styles: Styles): string[] {
  const {items, first} = visibleItems(menu, height);
  const rows = items.map((item, index) => ({
    key: item.line + item.label,
    label: item.label,
    detail: item.detail,
    selected: first + index === menu.selected,
    current: false,
  }));
  const count = menu.items.length > height ? [styles.dim(countLine(menu))] : [];
  return [...drawList(rows, columns, styles), ...count];
}

function countLine({items, selected}: Menu): string {
  return selected === -1 ? `  ${items.length} to choose from` : `  ${selected + 1} of ${items.length}`;
}
