import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type VariantColorsResolver,
} from '@mantine/core';

/** On the accent stands the token made for it: Mantine computes its contrast once, for the light theme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isPrimary = input.variant === 'filled' && (input.color ?? 'harbour') === 'harbour';
  return isPrimary ? { ...colors, color: 'var(--dd-on-accent)' } : colors;
};

/** Mantine in the design language's clothes: one accent, small radii, 28 px controls. */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 6, dark: 3 },
  autoContrast: true,
  variantColorResolver,
  colors: {
    // What Mantine paints by itself in the dark: text, hints, borders, controls, panels.
    dark: [
      '#E8EBF0',
      '#A9B2BF',
      '#8B95A4',
      '#8B95A4',
      '#6B7685',
      '#2A323D',
      '#151A21',
      '#0E1116',
      '#0A0D11',
      '#0A0D11',
    ],
    harbour: [
      '#E8EEFC',
      '#CFDBF8',
      '#A6BDF3',
      '#7FA6FF',
      '#5B85EE',
      '#3C68DC',
      '#2351C5',
      '#1B41A3',
      '#16357F',
      '#10265B',
    ],
  },
  defaultRadius: 4,
  fontFamily: 'var(--dd-sans)',
  fontFamilyMonospace: 'var(--dd-mono)',
  fontSizes: { xs: '13px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '20px', sm: '20px', md: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' }, styles: { root: { height: 28, paddingInline: 12, fontWeight: 500 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 28, color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 }, withinPortal: true } },
    Modal: {
      defaultProps: {
        radius: 8,
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: {
      // A menu holds items and nothing else; the first of them gets the focus.
      defaultProps: {
        withInitialFocusPlaceholder: false,
        shadow: 'md',
        transitionProps: { duration: 120 },
        position: 'bottom-start',
      },
    },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } },
  },
});

/** Mantine's own variables, spoken in ours: one place holds the colours. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--dd-bg)',
    '--mantine-color-text': 'var(--dd-ink)',
    '--mantine-color-dimmed': 'var(--dd-ink2)',
    '--mantine-color-placeholder': 'var(--dd-ink3)',
    '--mantine-color-anchor': 'var(--dd-accent)',
    '--mantine-color-default': 'var(--dd-surface)',
    '--mantine-color-default-hover': 'var(--dd-sunken)',
    '--mantine-color-default-color': 'var(--dd-ink)',
    '--mantine-color-default-border': 'var(--dd-line-strong)',
    '--mantine-color-error': 'var(--dd-bad)',
    '--mantine-shadow-md': 'var(--dd-shadow)',
    '--mantine-primary-color-contrast': 'var(--dd-on-accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
