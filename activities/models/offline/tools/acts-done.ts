import type { ModelRequest } from '../../../../contracts/model';
import { isJsonObject } from '../../../../contracts/json';
import type { Knowledge } from '../data/knowledge';
import { shapeOfTool } from './tool-shape';
import { scalarText } from '../words/order';

/** What was done in this run of the agent, said with the tool's own answer. */
export function actsDone(request: ModelRequest, known: Knowledge): string[] {
  const tools = [...request.tools, ...(request.idleTools ?? [])].map(shapeOfTool);
  const acts = new Set(tools.filter((shape) => shape.kind !== 'read').map((shape) => shape.tool.name));
  return known.reading.materials
    .filter((material) => material.kind === 'result' && acts.has(material.label))
    .map((material) => {
      const value = isJsonObject(material.value)
        ? Object.entries(material.value).filter(
            ([, member]) => typeof member !== 'object' && String(member).length < 120,
          )
        : [];
      const said =
        value.length > 0
          ? value.map(([key, member]) => `${key} ${scalarText(member)}`).join(', ')
          : typeof material.value === 'string'
            ? material.value.slice(0, 200)
            : 'done';
      return `${material.label} was carried out: ${said}.`;
    });
}
