using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using MassTransit;

namespace EmptyNumber.DialerCoordinator.Consumers;

internal sealed class NumbersQueuedConsumer(DialQueue queue) : IConsumer<NumbersQueued>
{
    public Task Consume(ConsumeContext<NumbersQueued> context) => queue.EnqueueAsync(context.Message, context.CancellationToken);
}

internal sealed class NumbersQueuedConsumerDefinition : ConsumerDefinition<NumbersQueuedConsumer>
{
    public NumbersQueuedConsumerDefinition() => ConcurrentMessageLimit = 4;
}
