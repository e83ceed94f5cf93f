/** The engine as the face sees it: calls over the host's connection, answers cached, problems in words. */
export { connectEngine, useConnection, type EngineClient } from './connection.ts';
export { EngineProvider, useAnswer, useEngine, useList, type List } from './engine.tsx';
export { problemOf } from './problems.ts';
