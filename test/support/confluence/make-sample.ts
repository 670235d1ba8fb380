/** `node bin/run-ts.cjs test/support/confluence/make-sample.ts` writes the sample of the team work-genie. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sampleFile, sampleWiki } from './sample-wiki';
import { writeEntities } from './write-entities';

mkdirSync(path.dirname(sampleFile), { recursive: true });
writeFileSync(sampleFile, writeEntities(sampleWiki(), 'spaced'));
