using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using MassTransit;

namespace EmptyNumber.DialerCoordinator.Consumers;

internal sealed class TaskDeletedConsumer(DialQueue queue) : IConsumer<TaskDeleted>
{
    public Task Consume(ConsumeContext<TaskDeleted> context) => queue.CancelAsync(context.Message.TaskId, context.CancellationToken);
}
