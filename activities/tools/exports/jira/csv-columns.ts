/** Headings of Jira's CSV export in the languages it is often made in, lower case. */
const headings: Record<string, readonly string[]> = {
  key: ['issue key', 'key', 'work item key', 'vorgangsschlüssel', 'schlüssel', 'clé de ticket', 'clé', 'clave de incidencia', 'clave', 'chiave', 'chave'],
  number: ['issue id', 'work item id', 'vorgangs-id', 'id de ticket', 'id de la incidencia'],
  title: ['summary', 'zusammenfassung', 'résumé', 'resumen', 'riepilogo', 'resumo'],
  description: ['description', 'beschreibung', 'descripción', 'descrizione', 'descrição'],
  comment: ['comment', 'comments', 'kommentar', 'kommentare', 'commentaire', 'comentario', 'commento', 'comentário'],
  status: ['status', 'état', 'etat', 'statut', 'estado', 'stato'],
  statusCategory: ['status category', 'statuskategorie'],
  priority: ['priority', 'priorität', 'priorité', 'prioridad', 'priorità', 'prioridade'],
  type: ['issue type', 'work type', 'vorgangstyp', 'type de ticket', 'tipo de incidencia'],
  resolution: ['resolution', 'lösung', 'résolution', 'resolución'],
  project: ['project key', 'projektschlüssel', 'clé de projet', 'clave del proyecto'],
  assignee: ['assignee', 'zugewiesene person', 'bearbeiter', 'responsable', 'persona asignada'],
  reporter: ['reporter', 'autor', 'rapporteur', 'informador'],
  creator: ['creator', 'ersteller', 'créateur', 'creador'],
  labels: ['labels', 'stichwörter', 'étiquettes', 'etiquetas'],
  components: ['component/s', 'components', 'komponente(n)', 'komponenten', 'composants'],
  fixVersions: ['fix version/s', 'fix versions', 'lösungsversion(en)', 'lösungsversionen', 'versions corrigées'],
  created: ['created', 'erstellt', 'création', 'créé', 'creada', 'creado', 'creato', 'criado'],
  updated: ['updated', 'aktualisiert', 'mise à jour', 'actualizada', 'actualizado', 'aggiornato', 'atualizado'],
  resolved: ['resolved', 'erledigt', 'résolue', 'résolu', 'resuelta', 'risolto', 'resolvido'],
  due: ['due date', 'due', 'fälligkeitsdatum', 'échéance', 'fecha de vencimiento'],
  parent: ['parent key', 'übergeordneter schlüssel'],
}; // prettier-ignore

export const ticketKey = /^[A-Z][A-Z0-9_]+-\d+$/;

/** Which columns hold what; a heading may come more than once (one column per label, comment, attachment). */
export class CsvColumns {
  private readonly places = new Map<string, number[]>();

  /** `sample` is a row of data: the key column is found by its content when its heading is in no list. */
  constructor(header: readonly string[], sample: readonly string[]) {
    const names = header.map((name) => name.trim().toLowerCase());
    for (const [field, spellings] of Object.entries(headings)) {
      // The first spelling that occurs decides: `key` must not win over `issue key`.
      const spelling = spellings.find((candidate) => names.includes(candidate));
      if (spelling === undefined) continue;
      this.places.set(
        field,
        names.flatMap((name, index) => (name === spelling ? [index] : [])),
      );
    }
    names.forEach((name, index) => {
      if (/^(?:inward|outward) issue link/.test(name))
        this.places.set('links', [...(this.places.get('links') ?? []), index]);
    });
    const found = sample.findIndex((cell) => ticketKey.test(cell.trim()));
    if (!this.places.has('key') && found >= 0) this.places.set('key', [found]);
  }

  has(field: string): boolean {
    return this.places.has(field);
  }

  one(cells: readonly string[], field: string): string {
    return this.all(cells, field)[0] ?? '';
  }

  all(cells: readonly string[], field: string): string[] {
    return (this.places.get(field) ?? []).map((index) => (cells[index] ?? '').trim()).filter((cell) => cell !== '');
  }
}
