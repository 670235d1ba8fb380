import { choicesOf, type Meeting } from './convene';
import type { AgendaItem, Contribution } from './minutes';

/** Everybody gets the floor once in each round; then those answer to whom concerns were addressed. */
export async function discussItem({ scope, floor, minutes, rounds }: Meeting, item: AgendaItem): Promise<void> {
  const about = `Agenda item ${item.number} of ${minutes.items.length}: ${item.text}`;
  for (let round = 1; round <= rounds; round += 1) {
    for (const agent of minutes.speakers(item, round)) {
      const text = `${about}\nRound ${round} of ${rounds}: you have the floor.`;
      const others = choicesOf(
        scope,
        [...new Set([...minutes.present, minutes.chair])].filter((name) => name !== agent),
      );
      const said = await floor.turn<Contribution>(agent, 'contribution', { text }, { choices: others });
      if (floor.stopped) return;
      if (!said) continue;
      minutes.hear(item, round, agent, said);
      floor.share(agent, `${agent} on item ${item.number}, round ${round}`, said as never);
    }
    for (const { agent, concerns } of minutes.openConcerns(item)) {
      const value = concerns.map(({ id, by, concern }) => ({ id, by, concern }));
      const data = {
        label: 'concerns for you to answer',
        value,
        from: 'the meeting',
        of: concerns.map(({ by }) => by),
      };
      const words = { text: `${about}\nConcerns were addressed to you.`, data };
      const choices = concerns.map(({ id, by }) => ({ name: id, description: `raised by ${by}` }));
      const reply = await floor.turn<{ answers: { concern: string; answer: string }[] }>(agent, 'reply', words, {
        choices,
      });
      if (floor.stopped) return;
      minutes.answer(item, agent, reply?.answers ?? []);
      if (reply) floor.share(agent, `answers of ${agent} to concerns`, reply);
    }
  }
}
