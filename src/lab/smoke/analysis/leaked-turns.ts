/** Finds the places where an answer goes on as somebody else. */
import type { LeakedTurn } from '@shared/smoke';
import { type TurnMark, turnMarks } from './turn-marks';

const fence = /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[ \t]*$|(?![\s\S]))/gm;

/** In the order of the text. Words inside a fenced block are code: `User:` may be a field there. */
export function leakedTurns(text: string): LeakedTurn[] {
  const prose = text.replaceAll(fence, (block) => block.replaceAll(/[^\n]/g, ' '));
  return turnMarks
    .flatMap((mark) => placesOf(mark, mark.where === 'line' ? prose : text))
    .sort((a, b) => a.at - b.at);
}

function placesOf({ mark, family, where, own }: TurnMark, text: string): LeakedTurn[] {
  const escaped = mark.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = where === 'line' ? `^[ \\t]*(?:\\*\\*)?${escaped}` : escaped;
  return [...text.matchAll(new RegExp(pattern, 'gm'))]
    .filter(({ index }) => own !== true || text.slice(0, index).trim() !== '')
    .map(({ index }) => ({ mark, family, at: index }));
}
