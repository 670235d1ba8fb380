/** The files of a team that `cadre init` writes; `folder` is where they go, relative to the working directory. */
export function initialTeam(name: string, folder: string): Record<string, string> {
  return {
    'team.yaml': teamYaml(name, folder),
    'instructions/reader.md': reader,
    'instructions/clerk.md': clerk,
    'notes/deliveries.md': deliveries,
    'notes/meeting.md': meeting,
    'README.md': readme(name, folder),
  };
}

/** How the team is tried; the word in quotes is what the offline engine, which understands no language, searches for. */
export function initialRun(folder: string): string {
  return `npx cadre run ./${folder} 'What do the notes say about "delivery"?' --model offline`;
}

const teamYaml = (name: string, folder: string): string => `apiVersion: cadre/v1
kind: Team
metadata: { name: ${name} }
spec:
  tools: # root is relative to the folder that cadre runs in
    notes: { builtin: files, root: ${folder}/notes, effects: { 'search_*': read, 'read_*': read, write_file: write } }
  agents:
    - name: reader
      description: Searches the notes and quotes what they say
      instructions: instructions/reader.md
      tools: [notes.search_files, notes.read_file]
    - name: clerk
      description: Writes the answer to a file
      instructions: instructions/clerk.md
      tools: [notes.write_file]
      trust: elevated # may ask to write; a person allows it
  compositions:
    answer:
      pattern: pipeline
      stages: [reader, { agent: clerk, task: 'Write the answer to answer.md, unchanged.' }]
`;

const reader = `You read the notes and quote what they say about your task.

Search first, then read the files that fit. Name the file of every quotation. What the notes do not say, you do not say.
`;

const clerk = `You write what you were given to the file you are told, word for word, and add nothing.
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

One agent answers questions from the files in \`notes/\`, the other writes the answer to \`notes/answer.md\` once a person
has allowed it.

    npx cadre validate ./${folder}
    ${initialRun(folder)}

\`offline\` is a deterministic engine without a language model; it searches for the words in quotes. Leave the option out
to use the first model that works (a key in the environment, Ollama on this machine), or name one:
\`--model openai/gpt-5-mini\`.

- \`team.yaml\` says who the agents are, what they may do and how they work together.
- \`instructions/\` is what each agent is told.
- \`notes/\` is what they read. Put your own files there.
`;
