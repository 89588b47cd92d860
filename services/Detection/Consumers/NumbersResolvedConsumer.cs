using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using MassTransit;

namespace EmptyNumber.Detection.Consumers;

internal sealed class NumbersResolvedConsumer(RecordResolver resolver) : IConsumer<Batch<NumbersResolved>>
{
    public Task Consume(ConsumeContext<Batch<NumbersResolved>> context) =>
        resolver.ResolveAsync(context.Message.SelectMany(message => message.Message.Numbers), context.CancellationToken);
}

internal sealed class NumbersResolvedConsumerDefinition : ConsumerDefinition<NumbersResolvedConsumer>
{
    private const int BatchSize = 100;
    private const int Concurrency = 2;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<NumbersResolvedConsumer> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator queue)
            queue.PrefetchCount = BatchSize * Concurrency;
        consumerConfigurator.Options<BatchOptions>(batch => batch
            .SetMessageLimit(BatchSize)
            .SetTimeLimit(TimeSpan.FromMilliseconds(50))
            .SetTimeLimitStart(BatchTimeLimitStart.FromFirst)
            .SetConcurrencyLimit(Concurrency));
    }
}
