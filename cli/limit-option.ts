import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';

const most = 500;

/** How many rows a list shows at most, from the text of `--limit`. */
export function limitFrom(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new CliError(`--limit takes a number from 1 to ${most}.`, '--limit 20', exitCodes.usage);
}
