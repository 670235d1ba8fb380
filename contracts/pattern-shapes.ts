import type { Field, ShapeName } from './pattern-fields';
import { field } from './pattern-fields';

/** What stands inside the named shapes: enough to find agents and nodes in them. */
export const shapeFields: Readonly<Record<ShapeName, Field>> = {
  stages: field.list(
    field.fields(
      {
        node: field.node('The stage.'),
        check: field.fields({ agent: field.agent('Reviews the output.') }, 'Check of the output.'),
        compensate: field.node('Undoes the stage.'),
      },
      'A stage.',
    ),
    'Stages.',
  ),
  routes: field.list(field.fields({ node: field.node('The route.') }, 'A route.'), 'Routes.'),
  merge: field.fields({ agent: field.agent('Merges.') }, 'How results are merged.'),
  over: field.json('A list, or where it is.'),
  sufficiency: field.agent('Judges, when it is a name.'),
  composition: field.node('A node, or the name of a composition.'),
  taskTree: field.fields(
    {
      agent: field.agent('Who does the task.', { needed: true }),
      task: field.text('What is to be done.', { needed: true }),
      children: field.list(field.shape('taskTree', 'A part of the task.'), 'Parts that others do.', { max: 64 }),
    },
    'A task, and the tasks it is made of.',
  ),
  board: field.fields(
    { artifacts: field.record(field.fields({ owner: field.agent('Who makes it.') }, 'An artifact.'), 'By name.') },
    'A board.',
  ),
  openTasks: field.list(field.json('A task, and what it takes.'), 'Tasks.'),
  names: field.json('A name, or a list of names.'),
};
