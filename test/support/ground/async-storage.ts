import { AsyncLocalStorage } from 'node:async_hooks';

// The sandbox of a workflow has this as a global; it must be there before the SDK's workflow library is loaded.
Object.assign(globalThis, { AsyncLocalStorage });
