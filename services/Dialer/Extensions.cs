using EmptyNumber.Dialer.Calls;
using EmptyNumber.Dialer.Calls.Simulated;
using EmptyNumber.Dialer.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmptyNumber.Dialer;

/// <summary>What a dialer is made of.</summary>
public static class Extensions
{
    /// <summary>Adds the dialer, with the simulated carrier.</summary>
    public static void AddDialer(this IHostApplicationBuilder builder)
    {
        var gateway = builder.Configuration["services:gateway:http:0"];
        builder.Services.AddOptions<DialerOptions>()
            .BindConfiguration(DialerOptions.Section)
            .PostConfigure(options => options.Gateway ??= gateway is null ? null : new Uri(gateway, UriKind.RelativeOrAbsolute))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Gateway is null || (options.Gateway.IsAbsoluteUri && options.Gateway.Scheme is "http" or "https"),
                "Dialer:Gateway must be an absolute http or https address.")
            .ValidateOnStart();

        builder.Services.AddSingleton<CoordinatorClient>();
        builder.Services.AddSingleton(_ => AnnouncementPack.Load(AnnouncementPack.DefaultFolder));
        builder.Services.AddSingleton<ICarrier, SimulatedCarrier>();
        builder.Services.AddHostedService<DialerWorker>();
    }
}
