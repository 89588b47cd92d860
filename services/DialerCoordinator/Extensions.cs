using EmptyNumber.DialerCoordinator.Consumers;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.ServiceDefaults.Redis;
using MassTransit;

namespace EmptyNumber.DialerCoordinator;

internal static class Extensions
{
    /// <summary>The service's own parts.</summary>
    public static void AddDialerCoordinator(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<CoordinatorDb>("coordinatordb");
        builder.AddRedis();
        builder.AddRecordingStore();
        builder.AddMessaging<CoordinatorDb>("coordinator", bus =>
        {
            bus.AddConsumer<NumbersQueuedConsumer, NumbersQueuedConsumerDefinition>();
            bus.AddConsumer<TaskDeletedConsumer>();
            bus.AddConsumer<CallClassifiedConsumer, CallClassifiedConsumerDefinition>();
        });
        builder.AddOwnOptions<FleetOptions>("Fleet");
        builder.AddOwnOptions<RetryOptions>("RetryPolicy");
        builder.Services.AddSingleton<FleetRedis>();
        builder.Services.AddSingleton<Clients>();
        builder.Services.AddSingleton<Leases>();
        builder.Services.AddSingleton<Assignment>();
        builder.Services.AddScoped<DialQueue>();
        builder.Services.AddScoped<DialReports>();
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddScoped<Verdicts>();
        builder.Services.AddScoped<JobRound>();
        builder.Services.AddScoped<Settlement>();
        builder.Services.AddScoped<Reaper>();
        builder.Services.AddHostedService<FleetWatch>();
    }

    /// <summary>A section that is checked at the start: a misspelt name would otherwise be a rule that is not kept.</summary>
    private static void AddOwnOptions<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class =>
        builder.Services.AddOptions<TOptions>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations().ValidateOnStart();
}
