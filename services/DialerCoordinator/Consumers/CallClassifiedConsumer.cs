using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using MassTransit;

namespace EmptyNumber.DialerCoordinator.Consumers;

internal sealed class CallClassifiedConsumer(CallLedger ledger) : IConsumer<Batch<CallClassified>>
{
    public Task Consume(ConsumeContext<Batch<CallClassified>> context) =>
        ledger.ClassifyAsync([.. context.Message.Select(message => message.Message)], context.CancellationToken);
}

internal sealed class CallClassifiedConsumerDefinition : ConsumerDefinition<CallClassifiedConsumer>
{
    private const int BatchSize = 200;
    private const int Concurrency = 2;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<CallClassifiedConsumer> consumerConfigurator, IRegistrationContext context)
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
