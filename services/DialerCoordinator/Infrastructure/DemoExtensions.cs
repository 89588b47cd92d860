using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

internal static class DemoExtensions
{
    private const int First = 8001;

    /// <summary>Creates the extensions that a deployment without an exchange starts with; those that stand are left alone.</summary>
    /// <returns>The exit code, 0.</returns>
    public static async Task<int> CreateDemoExtensionsAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CoordinatorDb>();
        var count = scope.ServiceProvider.GetRequiredService<IOptions<FleetOptions>>().Value.DemoExtensions;
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into extensions (number, password)
            select number::text, 'demo-' || number from generate_series({First}, {First + count - 1}) as number
            on conflict do nothing
            """);
        return 0;
    }
}
