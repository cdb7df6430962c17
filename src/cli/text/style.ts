/** Colour where the terminal shows it; `NO_COLOR` and pipes get plain text. */
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const coloured = (): boolean => {
  if (process.env.NO_COLOR) return false;
  return process.env.FORCE_COLOR ? true : process.stdout.isTTY === true;
};

const styled =
  (format: Format) =>
  (text: string): string =>
    coloured() ? styleText(format, text, { validateStream: false }) : text;

export const dim = styled('dim');
export const bold = styled('bold');
export const green = styled('green');
export const red = styled('red');
export const yellow = styled('yellow');
