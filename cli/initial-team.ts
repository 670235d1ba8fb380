/** The files of a team that `cadre init` writes; `folder` is where they go, relative to the working directory. */
export function initialTeam(name: string, folder: string): Record<string, string> {
  return {
    'team.yaml': teamYaml(name, folder),
    'instructions/reader.md': reader,
    'instructions/editor.md': editor,
    'notes/deliveries.md': deliveries,
    'notes/meeting.md': meeting,
    'README.md': readme(name, folder),
  };
}

const teamYaml = (name: string, folder: string): string => `apiVersion: cadre/v1
kind: Team
metadata: { name: ${name} }
spec:
  defaults: { model: auto, maxSteps: 12, timeout: 5m }
  models:
    auto: { provider: auto }          # the first that works: a key in the environment, Ollama on this machine, else offline
  tools:
    # What may be read. root is relative to the folder the worker runs in.
    notes: { builtin: files, root: ${folder}/notes, effects: { "list_*": read, "read_*": read, "search_*": read, write_file: write } }
  agents:
    - name: reader
      description: Searches the notes and quotes what they say
      instructions: instructions/reader.md
      tools: [notes.list_files, notes.read_file, notes.search_files]
    - name: editor
      description: Plans the work and writes the answer
      instructions: instructions/editor.md
  compositions:
    answer:
      pattern: supervisor
      supervisor: editor
      specialists: [reader]
`;

const reader = `You read the notes and quote what they say about your task.

Search first, then read the files that fit. Name the file of every quotation. What the notes do not say, you do not say.
`;

const editor = `You answer the person's question from what the reader found.

Every statement names the file it comes from. If something is not in the notes, say that it is not.
`;

const deliveries = `# Deliveries

- The delivery of 3 March came two days late because the lorry stood still at the border.
- From 1 April the carrier delivers on Tuesdays and Fridays.
- Claims about damaged parcels go to Ines Duarte.
`;

const meeting = `# Meeting of 9 March

Present: Ines Duarte, Tomas Lindqvist.

- Decided: deliveries are announced to customers one day before.
- Open: who pays for the storage when a delivery is late. Tomas asks the carrier by 20 March.
`;

const readme = (name: string, folder: string): string => `# ${name}

Two agents answer questions from the files in \`notes/\`.

    npx cadre validate ./${folder}
    npx cadre run ./${folder} "What do the notes say about deliveries?" --model offline

\`offline\` is a deterministic engine without a language model. Leave the option out to use the first model that works
(a key in the environment, Ollama on this machine), or name one: \`--model openai/gpt-5-mini\`.

- \`team.yaml\` says who the agents are, what they may read and how they work together.
- \`instructions/\` is what each agent is told.
- \`notes/\` is what they read. Put your own files there.
`;
