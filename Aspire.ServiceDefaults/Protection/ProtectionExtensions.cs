using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Protection;

/// <summary>A service and its secrets at rest.</summary>
public static class ProtectionExtensions
{
    /// <summary>
    /// Adds data protection with a key ring in the service's database (<see cref="KeyRingTable"/>), and a health check that names
    /// what is wrong where the ring cannot be read. Secrets go through a protector of <see cref="IDataProtectionProvider"/>; what
    /// cannot be read again throws <see cref="CryptographicException"/>.
    /// </summary>
    /// <param name="builder">The service, with its database.</param>
    /// <param name="service">Its name: what another service protects cannot be read here.</param>
    public static void AddProtection(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton<KeyWrap>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddDataProtection().SetApplicationName(service);
        builder.Services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((keys, ring) => keys.XmlRepository = ring);
        builder.Services.AddHealthChecks().AddCheck<ProtectionCheck>("protection");
        if (builder.Configuration[KeyWrap.Setting] is { Length: > 0 })
        {
            // It does not see that the ring wraps what it stores, and warns of keys in clear.
            builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        }
    }

    private sealed class ProtectionCheck(IDataProtectionProvider provider) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                provider.CreateProtector("health").Protect([]);
                return Task.FromResult(HealthCheckResult.Healthy());
            }
            catch (CryptographicException e)
            {
                return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, (e.InnerException ?? e).Message));
            }
        }
    }
}
