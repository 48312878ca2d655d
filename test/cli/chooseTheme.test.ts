import {expect, it} from 'vitest';
import {chooseTheme} from '../../src/cli/chooseTheme.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

const chosen = (variables: Record<string, string>) =>
  chooseTheme(scriptedServices({}, isolatedEnvironment(variables)).services);

it('takes the theme that is asked for', () => {
  expect(chosen({LLM_THEME: 'nord'}).theme.name).toBe('nord');
  expect(chosen({}).theme.name).toBe('default');
});

it('goes on with the default theme, and says why, when there is none of that name', () => {
  const {theme, warning} = chosen({LLM_THEME: 'nrod'});
  expect(theme.name).toBe('default');
  expect(warning).toContain('nrod');
  expect(warning).toContain('nord');
});
