import fc from 'fast-check';
import { eventFault, eventLimits, eventWorkflowId, isEventSubject } from '../../contracts/event';

describe('the id of a publish run', () => {
  it('shows a plain event id, and the digest of any other', () => {
    expect(eventWorkflowId('ship', 'pr-42')).toBe('publish/ship/pr-42');
    expect(eventWorkflowId('ship', 'pr-42', 'dl-1')).toBe('publish/ship/pr-42/dl-1');
    expect(eventWorkflowId('ship', 'a/b')).toMatch(/^publish\/ship\/sha256-[0-9a-f]{40}$/);
  });

  it('is another one for every other team, event and redrive', () => {
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'a/b', 'A', 'a-b', 'a_b', 'x y'));
    const digest = eventWorkflowId('t', ' ').slice('publish/t/'.length);
    fc.assert(
      fc.property(fc.tuple(name, name), fc.tuple(name, name), ([team, id], [otherTeam, otherId]) => {
        const same = team === otherTeam && id === otherId;
        expect(eventWorkflowId(team, id) === eventWorkflowId(otherTeam, otherId)).toBe(same);
        expect(eventWorkflowId(team, id, 'dl-1')).not.toBe(eventWorkflowId(otherTeam, otherId));
      }),
    );
    // An id that is written like the digest of another one is not that one.
    expect(eventWorkflowId('t', digest)).not.toBe(eventWorkflowId('t', ' '));
  });
});

describe('what is an event', () => {
  it.each(['acme.events.pr.merged', 'a', 'größe.x', 'a-b_c.d1'])('%s is a subject', (text) => {
    expect(isEventSubject(text)).toBe(true);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a.*', 'a.>', 'a b', 'a\tb', 'a\nb', 'a\u0000', '$JS.API.X', '_INBOX.x', 'a'.repeat(256)])('%j is none', (text) => {
    expect(isEventSubject(text)).toBe(false);
    expect(eventFault({ subject: text, data: 1 })).toMatch(/needs a subject/);
  }); // prettier-ignore

  it.each([
    [{ subject: 'a.b' }, /needs data/],
    [{ subject: 'a.b', data: null, id: '' }, /has id that is no text/],
    [{ subject: 'a.b', data: null, source: 'a\nb' }, /has source that is no text/],
    [{ subject: 'a.b', data: null, subjectKey: 7 }, /has subjectKey/],
    [{ subject: 'a.b', data: null, hops: -1 }, /no whole number/],
    [{ subject: 'a.b', data: null, hops: 1.5 }, /no whole number/],
    [{ subject: 'a.b', data: 'ä'.repeat(eventLimits.eventBytes / 2) }, /bytes of JSON, more than 200000/],
  ])('%j is refused with a sentence', (event, sentence) => {
    expect(eventFault(event)).toMatch(sentence);
  });

  it('takes everything else, to the last byte', () => {
    const shell = JSON.stringify({ subject: 'a.b', data: '' }).length;
    expect(eventFault({ subject: 'a.b', data: 'x'.repeat(eventLimits.eventBytes - shell) })).toBeUndefined();
    expect(eventFault({ subject: 'a.b', data: null, id: 'ü', hops: 0, correlationId: 'c', causationId: 'd' })).toBeUndefined(); // prettier-ignore
  });
});
