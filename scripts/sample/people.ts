export interface Person {
  name: string;
  email: string;
  role: string;
}

const domain = 'larkspurfreight.example';
const own = (name: string, box: string, role: string): Person => ({ name, email: `${box}@${domain}`, role });

/** Larkspur Freight does not exist; nor does anyone who works there or writes to it. */
export const staff = {
  ines: own('Inês Carvalho', 'ines.carvalho', 'head of product'),
  tomasz: own('Tomasz Wieczorek', 'tomasz.wieczorek', 'backend lead'),
  aoife: own('Aoife Brannigan', 'aoife.brannigan', 'site reliability'),
  devika: own('Devika Raman', 'devika.raman', 'backend'),
  lars: own('Lars Mikkelborg', 'lars.mikkelborg', 'mobile'),
  hana: own('Hana Sedláčková', 'hana.sedlackova', 'test'),
  mateus: own('Mateus Queiroz', 'mateus.queiroz', 'frontend'),
  wanjiru: own('Wanjiru Kamau', 'wanjiru.kamau', 'customer success'),
  otto: own('Otto Brennwald', 'otto.brennwald', 'technical director'),
  fatima: own('Fatima El Amrani', 'fatima.elamrani', 'data'),
  colm: own('Colm Hartigan', 'colm.hartigan', 'finance'),
  yuki: own('Yuki Tanabe', 'yuki.tanabe', 'design'),
  petra: own('Petra Vlasák', 'petra.vlasak', 'people'),
  samuel: own('Samuel Okonjo', 'samuel.okonjo', 'support'),
  gwen: own('Gwendolyn Pryce', 'gwendolyn.pryce', 'sales'),
} as const;

export type StaffId = keyof typeof staff;
export const staffIds = Object.keys(staff) as StaffId[];

export const outside = {
  mette: { name: 'Mette Lindqvist-Holm', email: 'mette.lindqvist-holm@nordhavn-logistik.example', role: 'customer' },
  kasper: { name: 'Kasper Dahlgaard', email: 'kasper.dahlgaard@nordhavn-logistik.example', role: 'customer' },
  harriet: { name: 'Harriet Stole', email: 'accounts@pinewick.example', role: 'customer' },
  bruno: { name: 'Bruno Ferrand', email: 'b.ferrand@castellane.example', role: 'customer' },
  colo: { name: 'Meridian Colo Notices', email: 'notices@meridian-colo.example', role: 'supplier' },
  quillmark: { name: 'Adaeze Morrow', email: 'a.morrow@quillmark.example', role: 'supplier' },
  store: { name: 'App Review', email: 'review@appstore-desk.example', role: 'supplier' },
  candidate: { name: 'Rowan Abernethy-Lund', email: 'rowan@abernethy-lund.example', role: 'candidate' },
  dentist: { name: 'Praxis am Kanal', email: 'termine@praxis-am-kanal.example', role: 'private' },
  landlord: { name: 'Ivo Brandstetter', email: 'ivo@brandstetter-haus.example', role: 'private' },
  sister: { name: 'Maeve Brannigan', email: 'maeve@brannigan.example', role: 'private' },
  jira: { name: 'Jira', email: 'jira@larkspurfreight.example', role: 'robot' },
  monitor: { name: 'Watchtower', email: 'alerts@watchtower.example', role: 'robot' },
  imposter: { name: 'IT Compliance Desk', email: 'compliance@larkspur-freight-audit.example', role: 'stranger' },
} as const;

export type OutsideId = keyof typeof outside;
export type PersonId = StaffId | OutsideId;

export function personOf(id: PersonId): Person {
  return id in staff ? staff[id as StaffId] : outside[id as OutsideId];
}

/** Lists of the company that mail is sent to. */
export const lists = {
  all: { name: 'Everyone', email: `everyone@${domain}` },
  engineering: { name: 'Engineering', email: `engineering@${domain}` },
  support: { name: 'Support', email: `support@${domain}` },
  invoices: { name: 'Invoices', email: `invoices@${domain}` },
} as const;
