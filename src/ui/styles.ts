import type {ColorLevel} from '../theme/colorLevel.ts';
import {type Paint, paint} from '../theme/paint.ts';
import {type Theme, type ThemeKey, themeKeys} from '../theme/theme.ts';

/** A theme made ready to paint with, at the colour depth of the terminal. */
export type Styles = Readonly<Record<ThemeKey, Paint>>;

export function createStyles(theme: Theme, level: ColorLevel): Styles {
  const entries = themeKeys.map(key => [key, paint(theme[key], level)] as const);
  return Object.fromEntries(entries) as Record<ThemeKey, Paint>;
}
