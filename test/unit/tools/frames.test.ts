import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeAgentFrame, AgentFrameDecoder } from '../../../src/tools/frames.ts';

it('gives back what was encoded, however the bytes are cut', () => {
  const type = fc.constantFrom('run', 'input', 'stdout', 'exit', 'answer' as const);
  const frame = fc.record({ type, payload: fc.uint8Array({ maxLength: 50 }) });
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 9 }), (frames, step) => {
      const bytes = Buffer.concat(frames.map((each) => encodeAgentFrame(each.type, each.payload)));
      const decoder = new AgentFrameDecoder();
      const seen = [];
      for (let at = 0; at < bytes.length; at += step) {
        seen.push(...decoder.add(bytes.subarray(at, at + step)));
      }
      expect(seen.map((each) => [each.type, [...each.payload]])).toEqual(
        frames.map((each) => [each.type, [...each.payload]]),
      );
    }),
  );
});

it('refuses what is no frame', () => {
  expect(() => new AgentFrameDecoder().add(Buffer.from('\0\0\0\x01hello'))).toThrow('not a frame');
});
