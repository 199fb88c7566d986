import { Admission, type Visit } from '../../middleware/admission.ts';

const createAdmission = (
  maxInFlight: number,
  maxQueue: number,
  maxBytesInFlight = 1000,
): Admission => new Admission({ maxInFlight, maxQueue, maxBytesInFlight });

/** A visit whose body has arrived. */
const enterWith = (admission: Admission, bodyBytes: number): Visit => {
  const visit = admission.enter();
  visit.received(bodyBytes);
  return visit;
};

const overloaded = expect.objectContaining({ code: 'INFER_OVERLOADED' }) as Error;
const clientGone = expect.objectContaining({ code: 'INFER_CLIENT_GONE' }) as Error;

describe('Admission', () => {
  it('lets as many requests run as its limit allows, and queues the rest in order', async () => {
    const admission = createAdmission(1, 2);
    const [first, second, third] = [admission.enter(), admission.enter(), admission.enter()];
    const order: string[] = [];

    expect(first.turn()).toBeUndefined();
    const secondTurn = second.turn()?.then(() => order.push('second'));
    const thirdTurn = third.turn()?.then(() => order.push('third'));
    expect([admission.inFlight, admission.waiting]).toEqual([1, 2]);

    first.leave();
    await secondTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 1]);
    second.leave();
    await thirdTurn;
    third.leave();

    expect(order).toEqual(['second', 'third']);
    expect([admission.inFlight, admission.waiting]).toEqual([0, 0]);
  });

  it('runs an exclusive request alone', async () => {
    const admission = createAdmission(4, 4);
    const [shared, exclusive, other] = [admission.enter(), admission.enter(), admission.enter()];
    const order: string[] = [];

    expect(shared.turn()).toBeUndefined();
    const exclusiveTurn = exclusive.turn(0, true)?.then(() => order.push('exclusive'));
    const otherTurn = other.turn()?.then(() => order.push('other'));
    expect([admission.inFlight, admission.waiting]).toEqual([1, 2]);

    shared.leave();
    await exclusiveTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 1]);
    exclusive.leave();
    await otherTurn;
    expect(admission.enter().turn()).toBeUndefined();

    expect(order).toEqual(['exclusive', 'other']);
  });

  it('refuses a request if as many as may run and wait are admitted', () => {
    const admission = createAdmission(1, 1);
    const [first, second, late] = [admission.enter(), admission.enter(), admission.enter()];
    void first.turn();
    void second.turn();

    expect(() => admission.enter()).toThrow(overloaded);
    expect(() => late.turn()).toThrow(overloaded);
    first.leave();
    expect(() => admission.enter()).not.toThrow();
  });

  it('drops a waiting request whose client left', async () => {
    const admission = createAdmission(1, 1);
    const first = admission.enter();
    void first.turn();
    const second = admission.enter();
    const turn = second.turn();

    second.leave();

    await expect(turn).rejects.toEqual(clientGone);
    expect([admission.inFlight, admission.waiting]).toEqual([1, 0]);
  });

  it('cancels the work of a request whose client left, once', () => {
    const visit = createAdmission(1, 0).enter();
    let calls = 0;
    void visit.turn();
    visit.onLeave = () => {
      calls += 1;
    };

    visit.leave();
    visit.leave();

    expect(calls).toBe(1);
    expect(() => visit.turn()).toThrow(clientGone);
  });

  it('starts as many as fit into the byte limit, in order, and one that never fits alone', async () => {
    const admission = createAdmission(10, 10);
    const [first, second, huge, light] = [0, 1, 2, 3].map(() => enterWith(admission, 100));
    const order: string[] = [];

    expect(first?.turn(400)).toBeUndefined();
    const secondTurn = second?.turn(400)?.then(() => order.push('second'));
    const hugeTurn = huge?.turn(5000)?.then(() => order.push('huge'));
    // It would fit, but it must wait for earlier requests.
    const lightTurn = light?.turn(1)?.then(() => order.push('light'));
    expect([admission.inFlight, admission.waiting]).toEqual([1, 3]);

    first?.leave();
    await secondTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 2]);
    second?.leave();
    await hugeTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 1]);
    huge?.leave();
    await lightTurn;
    light?.leave();

    expect(order).toEqual(['second', 'huge', 'light']);
    expect(enterWith(admission, 1000).turn(1)).toBeUndefined();
  });

  it('continues when a large waiting request leaves', async () => {
    const admission = createAdmission(10, 10);
    const [first, heavy, light] = [admission.enter(), admission.enter(), admission.enter()];
    void first.turn(900);
    const heavyTurn = heavy.turn(900);
    const lightTurn = light.turn(1);

    heavy.leave();

    await expect(heavyTurn).rejects.toEqual(clientGone);
    await expect(lightTurn).resolves.toBeUndefined();
    expect([admission.inFlight, admission.waiting]).toEqual([2, 0]);
  });

  it('counts a body as it arrives, and refuses what does not fit beside what has arrived', () => {
    const admission = createAdmission(10, 10, 10_000);
    const [first, second] = [admission.enter(9000), admission.enter(9000)];

    expect(first.receive(6000)).toBeUndefined();
    expect(() => admission.enter(5000)).toThrow(overloaded);
    expect(second.receive(5000)).toEqual(overloaded);
    expect(second.receive(3000)).toBeUndefined();
    first.received(6000);
    second.leave();
    expect(() => admission.enter(4000)).not.toThrow();
    first.leave();
    expect(() => admission.enter(50_000)).not.toThrow();
  });

  it('counts more than the bytes of a body that arrives in tiny pieces', () => {
    const admission = createAdmission(10, 10, 10_000);
    enterWith(admission, 1);
    const trickle = admission.enter();
    let pieces = 0;
    while (trickle.receive(1) === undefined) pieces += 1;

    expect(pieces).toBeGreaterThan(10);
    expect(pieces).toBeLessThan(100);
  });

  it('drops a slow body if another needs its memory, and no other body', () => {
    const megabyte = 1_000_000;
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const admission = createAdmission(10, 10, 10 * megabyte);
    const [stalled, steady, received] = [admission.enter(), admission.enter(), admission.enter()];
    const dropped: string[] = [];
    stalled.onSlow = ({ message }) => dropped.push(message);
    steady.onSlow = ({ message }) => dropped.push(message);
    expect(stalled.receive(4 * megabyte)).toBeUndefined();
    expect(steady.receive(megabyte)).toBeUndefined();
    received.received(2 * megabyte);

    expect(() => admission.enter(6 * megabyte)).toThrow(overloaded);
    clock.mockReturnValue(9000);
    expect(steady.receive(2 * megabyte)).toBeUndefined();
    clock.mockReturnValue(11_000);
    expect(() => admission.enter(megabyte / 2)).not.toThrow();
    expect(dropped).toEqual([]);
    expect(() => admission.enter(6 * megabyte)).toThrow(overloaded);
    expect(dropped).toHaveLength(1);
    expect(stalled.left).toBe(true);
    expect(() => admission.enter(4 * megabyte)).not.toThrow();
    clock.mockRestore();
  });
});
