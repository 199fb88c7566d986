import { Admission } from '../../middleware/admission.ts';

const admitting = (maxInFlight: number, maxQueue: number, maxBytesInFlight = 1000): Admission =>
  new Admission({ maxInFlight, maxQueue, maxBytesInFlight });

describe('Admission', () => {
  it('lets as many requests run as its limit allows, and queues the rest in order', async () => {
    const admission = admitting(1, 2);
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
    const admission = admitting(4, 4);
    const [shared, alone, other] = [admission.enter(), admission.enter(), admission.enter()];
    const order: string[] = [];

    expect(shared.turn()).toBeUndefined();
    const aloneTurn = alone.turn(0, true)?.then(() => order.push('alone'));
    const otherTurn = other.turn()?.then(() => order.push('other'));
    expect([admission.inFlight, admission.waiting]).toEqual([1, 2]);

    shared.leave();
    await aloneTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 1]);
    alone.leave();
    await otherTurn;
    expect(admission.enter().turn()).toBeUndefined();

    expect(order).toEqual(['alone', 'other']);
  });

  it('refuses one more request than can run and wait, by its headers alone', () => {
    const admission = admitting(1, 1);
    const first = admission.enter();
    admission.enter();

    expect(() => admission.enter()).toThrow('is handling 1 requests and has 1 more waiting');
    first.leave();
    expect(() => admission.enter()).not.toThrow();
  });

  it('drops a waiting request whose client left', async () => {
    const admission = admitting(1, 1);
    const first = admission.enter();
    void first.turn();
    const second = admission.enter();
    const turn = second.turn();

    second.leave();

    await expect(turn).rejects.toMatchObject({ code: 'INFER_CLIENT_GONE' });
    expect([admission.inFlight, admission.waiting]).toEqual([1, 0]);
  });

  it('cancels the work of a request whose client left, once', () => {
    const visit = admitting(1, 0).enter();
    let calls = 0;
    void visit.turn();
    visit.onLeave = () => {
      calls += 1;
    };

    visit.leave();
    visit.leave();

    expect(calls).toBe(1);
    expect(() => visit.turn()).toThrow('The client closed the connection.');
  });

  it('starts as many as fit into the byte limit, in order, and one that never fits alone', async () => {
    const admission = admitting(10, 10);
    const [first, second, huge, light] = [0, 1, 2, 3].map(() => admission.enter(100));
    const order: string[] = [];

    expect(first?.turn(400)).toBeUndefined();
    const secondTurn = second?.turn(400)?.then(() => order.push('second'));
    const hugeTurn = huge?.turn(5000)?.then(() => order.push('huge'));
    // It would fit, but others came first.
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
    const admission = admitting(10, 10);
    const [first, heavy, light] = [admission.enter(), admission.enter(), admission.enter()];
    void first.turn(900);
    const heavyTurn = heavy.turn(900);
    const lightTurn = light.turn(1);

    heavy.leave();

    await expect(heavyTurn).rejects.toMatchObject({ code: 'INFER_CLIENT_GONE' });
    await expect(lightTurn).resolves.toBeUndefined();
    expect([admission.inFlight, admission.waiting]).toEqual([2, 0]);
  });

  it('refuses a body for which there is no room, and counts a body by its length once it has arrived', () => {
    const admission = admitting(10, 10);
    const first = admission.enter(700);

    expect(() => admission.enter(400)).toThrow('holds all the bodies that fit into 1000 bytes');
    first.received(200);
    const second = admission.enter(400);
    expect(() => admission.enter(500)).toThrow('holds all the bodies');
    second.leave();
    first.leave();
    expect(() => admission.enter(5000)).not.toThrow();
  });
});
