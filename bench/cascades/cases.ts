import { chance, pick } from './chance';

/** One line of the table that a case is about. What it comes to is quantity × price: at most 891. */
export interface Row {
  row: string;
  quantity: number;
  price: number;
}

/** What a row may come to by what is known of the table beforehand; schema checks hold outputs to it. */
export const amountMax = 999;

export const amountOf = ({ quantity, price }: Row): number => quantity * price;

/** Table number `number` of a seed: the same for every variant of a topology. */
export function tableOf(seed: number, topology: string, number: number, rows: number): Row[] {
  return Array.from({ length: rows }, (_row, index) => {
    const key = [seed, topology, number, index] as const;
    return { row: `r${index + 1}`, quantity: 2 + pick(8, ...key, 'quantity'), price: 11 + pick(89, ...key, 'price') };
  });
}

/** The words of `Do r1, r2.`, which every task here begins with. */
export const doRows = (rows: readonly string[]): string => `Do ${rows.join(', ')}.`;

export function taskOf(id: string, table: readonly Row[]): string {
  return `${doRows(table.map(({ row }) => row))} Case ${id}. Table: ${JSON.stringify(table)}`;
}

export type Slip = 'digit' | 'neighbour' | 'unit';
const slips: readonly Slip[] = ['digit', 'neighbour', 'unit'];

export const slipOf = (...key: readonly (string | number)[]): Slip => slips[pick(slips.length, ...key)] ?? 'digit';

/** A row's amount as somebody gets it who makes this slip: a ten too many, the next row's, or a hundredfold. */
export function slipped(table: readonly Row[], row: Row, slip: Slip): number {
  const right = amountOf(row);
  const next = table[(table.indexOf(row) + 1) % table.length] ?? row;
  if (slip === 'unit') return right * 100;
  const wrong = slip === 'neighbour' ? amountOf(next) : right;
  return wrong === right ? right + 10 : wrong;
}

/** Whether something of this reliability goes wrong this time. */
export const fails = (reliability: number, ...key: readonly (string | number)[]): boolean =>
  chance(...key, 'fails') >= reliability;
