using MassTransit;

namespace EmptyNumber.ServiceDefaults.Messaging;

/// <summary>A consumer of batches: so many messages at once, none of which waits longer than 50 ms for the others.</summary>
/// <param name="batchSize">Messages in a batch at most.</param>
/// <param name="concurrency">Batches under way at once in a process.</param>
public abstract class BatchConsumerDefinition<TConsumer>(int batchSize, int concurrency = 2) : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        // Fewer messages under way than batches can hold would leave batches waiting to fill.
        if (endpointConfigurator is IRabbitMqReceiveEndpointConfigurator queue)
            queue.PrefetchCount = batchSize * concurrency;
        consumerConfigurator.Options<BatchOptions>(batch => batch
            .SetMessageLimit(batchSize)
            .SetTimeLimit(LongestWait)
            .SetTimeLimitStart(BatchTimeLimitStart.FromFirst)
            .SetConcurrencyLimit(concurrency));
    }
}
