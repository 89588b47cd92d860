using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.ServiceDefaults.Messaging;
using MassTransit;

namespace EmptyNumber.DialerCoordinator.Consumers;

internal sealed class CallClassifiedConsumer(Verdicts verdicts) : IConsumer<Batch<CallClassified>>
{
    public Task Consume(ConsumeContext<Batch<CallClassified>> context) =>
        verdicts.ClassifyAsync([.. context.Message.Select(message => message.Message)], context.CancellationToken);
}

internal sealed class CallClassifiedConsumerDefinition() : BatchConsumerDefinition<CallClassifiedConsumer>(batchSize: 200);
