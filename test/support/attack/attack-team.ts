/** Agents that do what an attacker would have them do: some may write without a person, some only with one; its compositions write without one. */
export const attackTeam = `apiVersion: cadre/v1
kind: Team
metadata: { name: attack }
spec:
  defaults: { model: drill, maxSteps: 8, timeout: 5m }
  models:
    drill:
      provider: openai-compatible
      baseUrl: "\${DRILL_MODEL_URL}"
      apiKey: "\${DRILL_MODEL_KEY}"
      model: drill-1
      locality: local
      stream: false
      structuredOutput: json_schema
      maxOutputTokens: 500
      usdPerMillionTokens: { input: 1, output: 2 }
  tools:
    files: { builtin: files, root: ., zone: tools, effects: { "read_*": read, write_file: write } }
    vault: { builtin: files, root: vault, zone: tools, effects: { "read_*": read, write_file: write } }
  agents:
    - name: chief
      description: Asks others
      instructions: You are agent chief.
      tools: [files.read_file, ask_publisher]
    - { name: reader, description: Reads, instructions: You are agent reader., tools: [files.read_file] }
    - { name: north, description: Looks, instructions: You are agent north. }
    - { name: south, description: Looks, instructions: You are agent south., maxConcurrency: 1 }
    - name: typed
      description: Answers in JSON
      instructions: You are agent typed.
      output: { type: object, properties: { text: {} }, required: [text] }
    - name: selfie
      description: Asks itself
      instructions: You are agent selfie.
      tools: [ask_self]
      maxConcurrency: 1
    - { name: lonely, description: Has a queue nobody serves, instructions: You are agent lonely., queue: nobody }
    - { name: hermit, description: Private critic, instructions: You are agent hermit., privacy: private }
    - name: publisher
      description: Writes files
      instructions: You are agent publisher.
      tools: [files.write_file]
      trust: elevated
    - name: keeper
      description: Writes to the vault
      instructions: You are agent keeper.
      tools: [vault.write_file]
      trust: elevated
  toolAliases:
    ask_publisher: { agent: publisher }
    ask_self: { agent: selfie }
  compositions:
    put: { tool: files.write_file, by: publisher, args: { path: "{{input.path}}", content: "{{input.content}}" } }
    hand-on: { tool: files.write_file, by: publisher, args: { path: leak.txt, content: "{{output.text}}" } }
    undo: { tool: files.write_file, by: publisher, args: { path: "{{input.undone}}", content: "undo {{output}}" } }
  policy:
    approvers: { ops: [dana], interns: [ivan] }
    approvals:
      - { tool: files.write_file, auto: true }
      - { effect: write, group: ops, timeout: 30m, onTimeout: reject }
`;
