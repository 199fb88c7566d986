import { Admission } from '../../middleware/admission.ts';

const createAdmission = (
  maxInFlight: number,
  maxQueue: number,
  maxBytesInFlight = 1000,
): Admission => new Admission({ maxInFlight, maxQueue, maxBytesInFlight });

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
    const first = admission.enter();
    admission.enter();

    expect(() => admission.enter()).toThrow(overloaded);
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
    const [first, second, huge, light] = [0, 1, 2, 3].map(() => admission.enter(100));
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
    expect(admission.enter(1000).turn(1)).toBeUndefined();
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

  it('refuses a body that does not fit, and counts a received body by its real length', () => {
    const admission = createAdmission(10, 10);
    const first = admission.enter(700);

    expect(() => admission.enter(400)).toThrow(overloaded);
    first.received(200);
    const second = admission.enter(400);
    expect(() => admission.enter(500)).toThrow(overloaded);
    second.leave();
    first.leave();
    expect(() => admission.enter(5000)).not.toThrow();
  });
});
