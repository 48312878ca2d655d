import type {Cell} from '../../commands/command.ts';
import {type ModelView, modelCells} from '../../commands/modelChoices.ts';
import {gpuShare, stayText} from '../../commands/modelFacts.ts';
import type {Model} from '../../core/backend.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {shortTokens} from '../../core/tokens.ts';
import {drawList, type ListRow, listMargin} from '../picker/drawList.ts';
import {drawCells, shareRow} from '../picker/fitCells.ts';
import type {Styles} from '../styles.ts';
import type {Section} from './manager.ts';

/**
 * The rows of models, one each, without their backends' ids; the columns are as wide as all of them need, so that they
 * stay where they are while the list scrolls. `selected` is the index of the selected one, -1 for none.
 */
export function modelRows(
  models: readonly Model[],
  selected: number,
  {section, view, width, styles}: {section: Section; view: ModelView; width: number; styles: Styles},
): string[] {
  if (models.length === 0) return [];
  const cells = models.map(model =>
    section === 'running' ? runningCells(model, view.now) : modelCells(model, view),
  );
  const rows = models.map((model, index): ListRow => {
    const name = `${model.backend}/${model.id}`;
    return {
      key: name,
      label: neutraliseLine(model.id),
      detail: '',
      selected: index === selected,
      current: name === view.current,
    };
  });
  const widths = shareRow(
    rows.map(({label}) => label),
    cells,
    width - listMargin(rows),
  );
  const drawn = rows.map((row, index) => ({...row, detail: drawCells(cells[index] ?? [], widths.cells)}));
  return drawList(drawn, width, styles, widths.label);
}

/** What is known of a model that is loaded. */
function runningCells(model: Model, now: number): Cell[] {
  const {memory, context, expires} = model;
  return [
    {text: memory === undefined ? '' : formatBytes(memory), rank: 1, right: true},
    {text: gpuShare(model) ?? '', rank: 2, right: true},
    {text: expires === undefined ? '' : stayText(expires, now), rank: 3},
    {text: context === undefined ? '' : `${shortTokens(context)} context`, rank: 4, right: true},
  ];
}
