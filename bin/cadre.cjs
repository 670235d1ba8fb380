#!/usr/bin/env node
'use strict';
// The `cadre` command. TypeScript is run as it stands (tsx), so that an installed package needs no build step.
require('tsx/cjs');
require('../cli/main.ts').main(process.argv);
