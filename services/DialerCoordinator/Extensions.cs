using EmptyNumber.DialerCoordinator.Consumers;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Messaging;
using EmptyNumber.ServiceDefaults.Protection;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.ServiceDefaults.Redis;
using MassTransit;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator;

internal static class Extensions
{
    /// <summary>The service's own parts.</summary>
    public static void AddDialerCoordinator(this IHostApplicationBuilder builder)
    {
        builder.AddDatabase<CoordinatorDb>("coordinatordb");
        builder.AddProtection("coordinator");
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
        builder.AddOwnOptions<CallingRules>("CallingRules");
        builder.Services.AddSingleton<FleetRedis>();
        builder.Services.AddSingleton<Clients>();
        builder.Services.AddSingleton<FleetRoster>();
        builder.Services.AddSingleton<Leases>();
        builder.Services.AddSingleton<Assignment>();
        builder.Services.AddSingleton<UploadMemory>();
        builder.Services.AddSingleton<ExtensionPasswords>();
        builder.Services.AddScoped<ExtensionRegistry>();
        builder.Services.AddScoped<FleetReport>();
        builder.Services.AddSingleton<FleetMetrics>();
        builder.Services.AddScoped<FleetCensus>();
        builder.Services.AddScoped<DialQueue>();
        builder.Services.AddScoped<DialReports>();
        builder.Services.AddScoped<Uploads>();
        builder.Services.AddScoped<Verdicts>();
        builder.Services.AddScoped<JobRound>();
        builder.Services.AddScoped<Settlement>();
        builder.Services.AddScoped<Reaper>();
        builder.Services.AddScoped<HeldBack>();
        builder.Services.AddHostedService<FleetWatch>();
        builder.Services.AddHostedService<FleetSampler>();
        builder.Services.AddHostedService<RecordingSweeper>();
        builder.Services.AddHostedService<Housekeeping>();
    }

    /// <summary>The verb <c>migrate</c>: the schema, demo extensions where they are asked for, and no password left in clear.</summary>
    /// <returns>The exit code, 0.</returns>
    public static async Task<int> MigrateCoordinatorAsync(this WebApplication app)
    {
        await app.MigrateAsync<CoordinatorDb>();
        await using var scope = app.Services.CreateAsyncScope();
        var extensions = scope.ServiceProvider.GetRequiredService<ExtensionRegistry>();
        await extensions.CreateDemoAsync(app.Services.GetRequiredService<IOptions<FleetOptions>>().Value.DemoExtensions, CancellationToken.None);
        await extensions.ProtectAllAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>A section that is checked at the start: a misspelt name would otherwise be a rule that is not kept.</summary>
    private static void AddOwnOptions<TOptions>(this IHostApplicationBuilder builder, string section)
        where TOptions : class =>
        builder.Services.AddOptions<TOptions>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations().ValidateOnStart();
}
