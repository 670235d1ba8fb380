import type { ExportPart } from './resolve-refs';

export interface JoinedFact {
  id: string;
  /** What somebody knows who has read both parts, and nobody who has read one. */
  fact: string;
  parts: ExportPart[];
}

/** Facts that show only when two sources are joined. `contains` is what the one part has and the other lacks. */
export const joinedFacts: JoinedFact[] = [
  { id: 'outage-cause', fact: 'OPS-88 was caused by the announced replacement of the power unit on feed B.', parts: [{ ticket: 'OPS-88', contains: '20:52 to 22:31' }, { mail: 'colo-notice', contains: 'feed B in hall 4' }] },
  { id: 'outage-warning-unread', fact: 'The notice that announced the outage lay unread in the invoices folder.', parts: [{ mail: 'colo-notice', contains: 'will lose power' }, { chat: 'colm-confession', contains: 'my invoices folder' }] },
  { id: 'outage-fix-parked', fact: 'The missing cord that made label-gw-2 fail had been parked in PLAT-131 since October for 640 EUR.', parts: [{ ticket: 'PLAT-131', contains: '640 EUR' }, { chat: 'gw-cord', contains: 'label-gw-2 sits in rack 4-17' }] },
  { id: 'claim-per-bookings', fact: 'The claim of 18,400 EUR is about the 37 bookings of DOCK-342.', parts: [{ ticket: 'DOCK-342', contains: '37 bookings' }, { mail: 'nordhavn-claim', contains: '18,400 EUR' }] },
  { id: 'deadline-margin', fact: 'The new release time leaves one hour before Nordhavn’s deadline.', parts: [{ mail: 'nordhavn-claim', contains: '17:00 Central European Time' }, { chat: 'slip', contains: 'Friday, 15:00 UTC' }] },
  { id: 'slots-from-import', fact: 'The slots without a zone behind DOCK-342 came from the CSV import of 214 rows.', parts: [{ ticket: 'DOCK-342', contains: 'without a stored time zone' }, { mail: 'kasper-import', contains: '214 of them' }] },
  { id: 'slip-reason', fact: 'Gantry slipped by a day because the slot export lost its last row beyond 500 rows.', parts: [{ ticket: 'DOCK-347', contains: 'ends one row too early' }, { chat: 'slip', contains: 'does not go out on Thursday' }] },
  { id: 'freeze-exception', fact: 'The one exception from the freeze is the repair of the slot export, DOCK-347.', parts: [{ ticket: 'DOCK-347', contains: 'the last page is flushed' }, { mail: 'freeze', contains: 'There is one exception' }] },
  { id: 'window-conflict', fact: 'The planned window of PLAT-140 fell into Castellane’s vaccine loading.', parts: [{ ticket: 'PLAT-140', contains: 'Thursday 5 March, 02:00 UTC' }, { mail: 'castellane-loading', contains: '01:30 to 03:30' }] },
  { id: 'window-too-short', fact: 'The rehearsal took 71 minutes where PLAT-140 plans 40.', parts: [{ ticket: 'PLAT-140', contains: '40 minutes are planned' }, { chat: 'rehearsal', contains: '71 minutes' }] },
  { id: 'migration-moved', fact: 'PLAT-140 moved to Sunday 8 March although the ticket still says Thursday.', parts: [{ ticket: 'PLAT-140', contains: 'Window: Thursday 5 March' }, { chat: 'moved', contains: 'Sunday 8 March' }] },
  { id: 'billing-since', fact: 'The wrong totals of DOCK-355 are on split bookings invoiced since 19 February.', parts: [{ ticket: 'DOCK-355', contains: 'split over two doors' }, { chat: 'ledger', contains: '19 February' }] },
  { id: 'pinewick-lines', fact: 'The first invoice of DOCK-355 is Pinewick’s, with 412 lines wrong.', parts: [{ ticket: 'DOCK-355', contains: 'Invoices of January are right' }, { mail: 'pinewick-invoice', contains: '412 lines' }] },
  { id: 'finding-closed', fact: 'The seventh finding of the security test is already closed by PLAT-144.', parts: [{ ticket: 'PLAT-144', contains: '60 minutes' }, { mail: 'pentest-report', contains: 'the seventh' }] },
  { id: 'retest-too-late', fact: 'Booking the re-test on 12 March misses the free period, which ends on 10 March.', parts: [{ mail: 'pentest-report', contains: 'within 14 days' }, { chat: 'retest', contains: '12 March' }] },
  { id: 'rota-filled', fact: 'The new engineer starts on 1 April and can take the empty week of OPS-92.', parts: [{ ticket: 'OPS-92', contains: 'Week 15 is empty' }, { mail: 'offer-accepted', contains: '1 April' }] },
  { id: 'fix-rejected', fact: 'The build with the repair of the lost scans was rejected by the store.', parts: [{ mail: 'store-rejection', contains: 'cannot accept' }, { chat: 'build', contains: 'picks up the lost scans' }] },
  { id: 'scans-deadline', fact: 'Nordhavn’s scans are deleted 14 days after 23 February, on 9 March.', parts: [{ ticket: 'MOB-58', contains: 'for 14 days' }, { chat: 'scanner-update', contains: '23 February' }] },
]; // prettier-ignore
