using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.ServiceDefaults.Messaging;
using MassTransit;

namespace EmptyNumber.Detection.Consumers;

internal sealed class NumbersResolvedConsumer(RecordResolver resolver) : IConsumer<Batch<NumbersResolved>>
{
    public Task Consume(ConsumeContext<Batch<NumbersResolved>> context) =>
        resolver.ResolveAsync(context.Message.SelectMany(message => message.Message.Numbers), context.CancellationToken);
}

internal sealed class NumbersResolvedConsumerDefinition() : BatchConsumerDefinition<NumbersResolvedConsumer>(batchSize: 100);
