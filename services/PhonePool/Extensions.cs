using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.PhonePool.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Protection;

namespace EmptyNumber.PhonePool;

internal static class Extensions
{
    /// <summary>The service's own parts.</summary>
    public static void AddPhonePool(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<PhonePoolDb>("phonepooldb");
        builder.AddProtection("phonepool");
        builder.Services.AddOptions<PhonePoolOptions>().BindConfiguration("PhonePool").ValidateDataAnnotations().ValidateOnStart();
        // A key that comes twice has no meaning; whoever sends it has made a mistake.
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AllowDuplicateProperties = false);
        builder.Services.AddSingleton<SimSeal>();
        builder.Services.AddSingleton<MobilePool>();
        builder.Services.AddSingleton<CodeStore>();
        builder.Services.AddSingleton<CodeWaits>();
        builder.Services.AddHostedService<CodeListener>();
        builder.Services.AddHostedService<Housekeeping>();
    }
}
